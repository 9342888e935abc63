using FhirGateway.Ledger;
using FhirGateway.Sandbox;

namespace FhirGateway.Tests.Pipeline.Charts;

/// <summary>
/// A site that changes the URI under which the gateway names what it writes, over one ledger: what was written under the old names is
/// continued under them, and never stands beside its successor.
/// </summary>
public sealed class IdentifierBaseTests
{
    private const string One = "https://one.example/gateway";
    private const string Other = "https://other.example/gateway";

    public static TheoryData<bool, string?, string?> Changes => new()
    {
        { false, null, One }, { false, One, Other }, { false, One, null }, { true, null, One }, { true, One, Other },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_note_under_the_old_names_does_not_stay_current_beside_its_successor(bool isReal, string? before, string? after)
    {
        using var site = new Site(isReal);
        string alice;
        DeliveryView first;
        await using (var hospital = await site.StartAsync(before))
        {
            alice = await hospital.PatientAsync("alice");
            await hospital.EncounterAsync("visit", alice);
            first = await hospital.SendAsync("insight-health", hospital.Note("alice", "visit", "First."), DeliveryState.Delivered);
        }

        await using (var hospital = await site.StartAsync(after))
        {
            await hospital.SendAsync("insight-health", hospital.Note("alice", "visit", "Second."), DeliveryState.Delivered);
            await hospital.Gateway.Ledger.ReplayAsync(first.Id, "by hand");
            await hospital.Gateway.UntilStateAsync("insight-health", DeliveryState.Delivered);

            Assert.Equal("current superseded", await hospital.StatusesAsync("DocumentReference", alice));
            var note = Assert.Single(await hospital.ChartAsync("Composition", alice));
            Assert.Contains("Second.", note.GetRawText(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_medication_under_the_old_names_does_not_stay_active(bool isReal, string? before, string? after)
    {
        using var site = new Site(isReal);
        string alice;
        await using (var hospital = await site.StartAsync(before))
        {
            alice = await hospital.PatientAsync("alice");
            await hospital.AppointmentAsync("visit", alice);
            await hospital.SendAsync(
                "hami", hospital.Intake("visit", "2026-03-02T09:00:00Z", "First.", "Aspirin"), DeliveryState.Delivered);
        }

        await using (var hospital = await site.StartAsync(after))
        {
            var second = await hospital.SendAsync(
                "hami", hospital.Intake("visit", "2026-03-02T10:00:00Z", "Second.", "Iron"), DeliveryState.Delivered);
            Assert.Equal("active completed", await hospital.StatusesAsync("MedicationStatement", alice));
            await hospital.Gateway.Ledger.ReplayAsync(second.Id, "by hand");
            await hospital.Gateway.UntilStateAsync("hami", DeliveryState.Delivered);

            Assert.Equal("active completed", await hospital.StatusesAsync("MedicationStatement", alice));
            Assert.Equal("current superseded", await hospital.StatusesAsync("DocumentReference", alice));
        }
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_document_that_is_updated_in_place_is_not_doubled(bool isReal, string? before, string? after)
    {
        using var site = new Site(isReal);
        string alice;
        DeliveryView first;
        await using (var hospital = await site.StartAsync(before))
        {
            alice = await hospital.PatientAsync("alice");
            first = await hospital.SendAsync(
                "metriport", hospital.Found("alice", hospital.Name("doc"), when: "2026-03-02T09:00:00Z"), DeliveryState.Delivered);
        }

        await using (var hospital = await site.StartAsync(after))
        {
            await hospital.SendAsync(
                "metriport", hospital.Found("alice", hospital.Name("doc"), "superceded", "2026-03-02T10:00:00Z"), DeliveryState.Delivered);
            Assert.Equal("superseded", await hospital.StatusesAsync("DocumentReference", alice));

            await hospital.Gateway.Ledger.ReplayAsync(first.Id, "by hand");
            await hospital.Gateway.UntilStateAsync("metriport", DeliveryState.Delivered);
            Assert.Equal("superseded", await hospital.StatusesAsync("DocumentReference", alice));
        }
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task What_was_written_before_its_answer_was_lost_is_not_written_again_under_new_names(
        bool isReal, string? before, string? after)
    {
        using var site = new Site(isReal);
        string alice;
        await using (var hospital = await site.StartAsync(before))
        {
            alice = await hospital.PatientAsync("alice");
            await hospital.AppointmentAsync("visit", alice);
            await hospital.AppointmentAsync("other", await hospital.PatientAsync("bob"));

            // What all notes share goes out by itself, with the first of them.
            await hospital.SendAsync("hami", hospital.Intake("other", "2026-03-02T08:00:00Z", "Of Bob."), DeliveryState.Delivered);
            hospital.AnswersToLose = int.MaxValue;
            await hospital.SendAsync("hami", hospital.Intake("visit", "2026-03-02T09:00:00Z", "First.", "Iron"), DeliveryState.Pending);
            await hospital.Gateway.UntilAsync("hami", deliveries => deliveries is [_, { State: DeliveryState.Pending, Attempts: > 0 }]);
            Assert.Equal("active", await hospital.StatusesAsync("MedicationStatement", alice));
        }

        await using (var hospital = await site.StartAsync(after))
        {
            await hospital.Gateway.UntilStateAsync("hami", DeliveryState.Delivered);

            Assert.Equal("current", await hospital.StatusesAsync("DocumentReference", alice));
            Assert.Equal("preliminary", await hospital.StatusesAsync("Composition", alice));
            Assert.Equal("active", await hospital.StatusesAsync("MedicationStatement", alice));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_document_of_the_first_release_is_not_doubled_where_the_base_is_named_with_the_upgrade(bool isReal)
    {
        await using var site = await FirstReleaseSite.OpenAsync(isReal);
        var alice = await site.Before.PatientAsync("alice");
        var name = site.Before.Name("doc");
        var written = await site.Before.CreateAsync("DocumentReference", $$"""
            "masterIdentifier": { "system": "urn:fhir-gateway:metriport:document", "value": "{{name}}" }, "status": "current",
            "subject": { "reference": "{{alice}}" }, "content": [ { "attachment": { "title": "x" } } ]
            """);
        await site.RecordAsync(
            "metriport", site.Before.Found("alice", name), "event", "medical.document-download", [written],
            $"DocumentReference|urn:fhir-gateway:metriport:document|{name}");

        await using var hospital = await site.UpgradeAsync(One);
        await hospital.SendAsync("metriport", hospital.Found("alice", name, "superceded", "2026-03-03T09:00:00Z"), DeliveryState.Delivered);

        Assert.Equal("superseded", await hospital.StatusesAsync("DocumentReference", alice));
    }

    /// <summary>One ledger and one destination, for one gateway after the other.</summary>
    private sealed class Site(bool isReal) : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("identifier-base");
        private readonly SandboxServer _sandbox = new(TimeProvider.System);
        private readonly string _run = Guid.NewGuid().ToString("N")[..12];

        public Task<Hospital> StartAsync(string? identifierBase) => Hospital.OpenAsync(
            isReal, Path.Combine(_folder.FullName, "ledger.db"), new() { ["Gateway:IdentifierBase"] = identifierBase }, _sandbox, _run);

        public void Dispose()
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            _folder.Delete(recursive: true);
        }
    }
}
