namespace FhirGateway.Ledger.Tests;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task What_a_misplaced_version_had_replaced_goes_out_again_once_that_has_left()
    {
        var first = await DeliverVersion("v1");
        var late = await DeliverVersion("v0", isLate: true);
        var misplaced = await DeliverVersion("v2");

        await _ledger.ReplayAsync(misplaced, "it belongs to another document");
        await _ledger.DeliveredAsync(await ClaimOne(), "{}", [new NewVersion("another set", "v2", "2", "{}", "[]") { Subject = "A" }]);

        Assert.Equal(["delivered", "brought back"], await Outcomes(first));
        Assert.Equal(["delivered", "brought back"], await Outcomes(late)); // it may be later than the first
        Assert.Equal(first, (await ClaimOne()).Id);
    }

    [Fact]
    public async Task What_a_version_filed_for_the_wrong_person_had_replaced_goes_out_again_once_that_is_corrected()
    {
        var first = await DeliverVersion("v1");
        var wrong = await DeliverVersion("v2");

        await _ledger.ReplayAsync(wrong, "its correlation was corrected");
        await _ledger.DeliveredAsync(
            await ClaimOne(),
            "{}",
            [new NewVersion("another set", "v2", "2", "{}", "[]") { Subject = "B" }],
            [new EndedVersions("set", "A", "corrected", wrong)]);

        Assert.Equal(first, (await ClaimOne()).Id);
        Assert.Equal("v1", (await Latest("set"))!.VersionId);
    }

    [Fact]
    public async Task Nothing_goes_out_again_while_the_current_version_stands()
    {
        var first = await DeliverVersion("v1");
        var second = await DeliverVersion("v2");
        foreach (var replayed in new[] { first, second })
        {
            await _ledger.ReplayAsync(replayed, "by hand");
            await _ledger.DeliveredAsync(
                await ClaimOne(), "{}", [new NewVersion("set", "again", "2", "{}", "[]") { Subject = "A", IsLate = replayed == first }]);
        }

        // Nor where all of them were wrong.
        await RecordOne("of B");
        await _ledger.DeliveredAsync(await ClaimOne(), "{}", [], [new EndedVersions("set", "A", "corrected")]);

        Assert.Empty(await ClaimKeys());
    }

    private async Task<string> DeliverVersion(string version, bool isLate = false)
    {
        var id = await RecordOne(version);
        await _ledger.DeliveredAsync(
            await ClaimOne(), "{}", [new NewVersion("set", version, version, "{}", "[]") { Subject = "A", IsLate = isLate }]);
        return id;
    }
}
