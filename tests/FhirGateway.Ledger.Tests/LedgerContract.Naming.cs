namespace FhirGateway.Ledger.Tests;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task What_may_have_been_written_is_not_given_new_names_when_the_base_changes()
    {
        Assert.Equal(0, await _ledger.NameUnderAsync("one"));
        foreach (var key in new[] { "lost", "delivered", "waiting", "new" }) await RecordOne(key, key);
        var claims = (await _ledger.ClaimAsync(3, Lease)).ToDictionary(claim => claim.EventKey);
        await _ledger.RetryAsync(claims["lost"], "no answer", Start, unanswered: true);
        await _ledger.DeliveredAsync(claims["delivered"], "{}");
        await _ledger.ReplayAsync(claims["delivered"].Id, "by hand");
        await _ledger.ParkAsync(claims["waiting"], "Patient?identifier=x", "why", Start);

        Assert.Equal(0, await _ledger.NameUnderAsync("one"));
        Assert.Equal(2, await Another().NameUnderAsync(""));

        Assert.Equal(
            [("delivered", "one"), ("lost", "one"), ("new", null), ("waiting", null)],
            (await _ledger.ClaimAsync(10, Lease)).Select(claim => (claim.EventKey, claim.NamedUnder)).OrderBy(each => each.EventKey));
    }

    [Fact]
    public async Task What_was_written_under_a_base_of_long_ago_is_not_taken_for_one_of_the_last_base()
    {
        await _ledger.NameUnderAsync("one");
        await RecordOne("e1");
        await _ledger.RetryAsync(await ClaimOne(), "no answer", Start);

        await _ledger.NameUnderAsync("two");
        await _ledger.NameUnderAsync("three");

        Assert.Equal("one", (await ClaimOne()).NamedUnder);
    }

    [Fact]
    public async Task The_first_base_that_is_told_is_not_taken_for_a_changed_one()
    {
        await RecordOne("e1");
        await _ledger.RetryAsync(await ClaimOne(), "no answer", Start);

        Assert.Equal(0, await _ledger.NameUnderAsync("one"));

        Assert.Null((await ClaimOne()).NamedUnder);
    }
}
