using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Ledger;
using FhirGateway.Ledger.Sqlite;
using FhirGateway.Sandbox;

namespace FhirGateway.Tests.Pipeline;

/// <summary>
/// After yesterday's ledger was restored the newest version of each note is current, once, whatever the vendor sends again: the ledger does
/// not know what was delivered since.
/// </summary>
public sealed class RestoredLedgerTests : IDisposable
{
    private const string Source = "hami";
    private const string OtherVisit = "the-other-visit";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-restored-");
    private readonly SandboxServer _sandbox = new(TimeProvider.System);

    private string File => Path.Combine(_folder.FullName, "ledger.db");

    private string Copy => Path.Combine(_folder.FullName, "copy.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_the_vendor_repeats_doubles_nothing_and_a_further_version_takes_its_place()
    {
        var visit = await UntilRestoredAsync();
        await using var gateway = await StartAsync();

        await SendAsync(gateway, visit, 11, 2);
        await SendAsync(gateway, OtherVisit, 11, 3);
        await RequireCurrentAsync(gateway, ("T11:", 2));
        await SendAsync(gateway, visit, 12, 4);
        await SendAsync(gateway, OtherVisit, 12, 5);

        await RequireCurrentAsync(gateway, ("T12:", 2));
        Assert.Equal(5, (await gateway.AllAsync("DocumentReference")).Count);
        Assert.Equal(2, (await gateway.AllAsync("Composition")).Count);
    }

    [Fact]
    public async Task A_further_version_ends_the_one_that_only_the_destination_knows()
    {
        var visit = await UntilRestoredAsync();
        await using var gateway = await StartAsync();

        await SendAsync(gateway, visit, 12, 2);
        await SendAsync(gateway, OtherVisit, 12, 3);

        await RequireCurrentAsync(gateway, ("T12:", 2));
        Assert.Equal(2, (await gateway.AllAsync("Composition")).Count);
    }

    [Fact]
    public async Task An_older_version_never_takes_the_place_of_one_that_only_the_destination_knows()
    {
        var visit = await UntilRestoredAsync();
        await using var gateway = await StartAsync();

        await SendAsync(gateway, visit, 10, 2);
        await SendAsync(gateway, OtherVisit, 10, 3);
        await RequireCurrentAsync(gateway, ("T11:", 2));

        // Nor does the version after that leave it current.
        await SendAsync(gateway, visit, 12, 4);
        await RequireCurrentAsync(gateway, ("T12:", 1), ("T11:", 1));
    }

    [Fact]
    public async Task A_replay_of_what_the_backup_holds_brings_no_older_version_back()
    {
        var visit = await UntilRestoredAsync();
        await using var gateway = await StartAsync();
        var old = Assert.Single(await gateway.Ledger.DeliveriesAsync(new DeliveryFilter(Source)));

        Assert.Equal(ReplayResult.Replayed, await gateway.Ledger.ReplayAsync(old.Id, "by hand"));
        await gateway.UntilAsync(Source, all => all is [{ State: DeliveryState.Delivered, Attempts: 2 }]);

        await RequireCurrentAsync(gateway, ("T11:", 2));
        await SendAsync(gateway, visit, 12, 2);
        await RequireCurrentAsync(gateway, ("T12:", 1), ("T11:", 1));
    }

    [Fact]
    public async Task A_backup_is_taken_beside_a_running_gateway_and_is_its_owners_alone()
    {
        await using var gateway = await StartAsync();
        await gateway.Ledger.LearnAsync("subject", "name", "value");

        SqliteBackup.Take(File, Copy, TimeProvider.System);

        Assert.Throws<IOException>(() => SqliteBackup.Take(File, Copy, TimeProvider.System));
        Assert.Throws<FileNotFoundException>(() => SqliteBackup.Take(File + "x", Copy + "x", TimeProvider.System));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(Copy));
        await using var copy = SqliteLedger.Open(Copy, TimeProvider.System);
        Assert.Equal("value", (await copy.LearntAsync("subject"))["name"].Value);
        Assert.Equal((0L, null), (await copy.CopiedAtAsync(), await gateway.Ledger.CopiedAtAsync()));
    }

    // The version of 9 o'clock is in the backup; that of 11, and the other visit's note, came after it.
    private async Task<string> UntilRestoredAsync()
    {
        var visit = JsonNode.Parse(Samples.Demo(Source).Span)!["appointmentId"]!.ToString();
        await using (var gateway = await StartAsync())
        {
            await Samples.PrepareAsync(gateway, Source);
            var appointment = (await gateway.AllAsync("Appointment")).Single();
            await gateway.PutAsync(
                "Appointment", RunningGateway.SystemOf("Appointment"), OtherVisit,
                $""" "status": "booked", "participant": {appointment.GetProperty("participant").GetRawText()} """);
            await SendAsync(gateway, visit, 9, 1);
            SqliteBackup.Take(File, Copy, TimeProvider.System);
            await SendAsync(gateway, visit, 11, 2);
            await SendAsync(gateway, OtherVisit, 11, 3);
            await RequireCurrentAsync(gateway, ("T11:", 2));
        }

        foreach (var file in _folder.GetFiles("ledger.db*")) file.Delete();
        System.IO.File.Move(Copy, File);
        return visit;
    }

    private Task<RunningGateway> StartAsync() => RunningGateway.StartAsync(sandbox: _sandbox, ledger: File);

    private static async Task RequireCurrentAsync(RunningGateway gateway, params (string Time, int Count)[] expected)
    {
        var documents = await gateway.AllAsync("DocumentReference");
        RequireTimes(documents.Where(each => each.GetProperty("status").ValueEquals("current")), "date", expected);

        // Nor do medications of a version that is not current look current.
        var active = (await gateway.AllAsync("MedicationStatement")).Where(each => each.GetProperty("status").ValueEquals("active"));
        var times = active.Select(each => each.GetProperty("dateAsserted").GetString()!).Distinct().ToList();
        Assert.NotEmpty(times);
        Assert.All(times, time => Assert.Contains(expected, each => time.Contains(each.Time, StringComparison.Ordinal)));
        RequireTimes(await gateway.AllAsync("Composition"), "date", expected);
    }

    private static void RequireTimes(IEnumerable<JsonElement> resources, string element, (string Time, int Count)[] expected)
    {
        var times = resources.Select(each => each.GetProperty(element).GetString()!).ToList();
        Assert.Equal(expected.Sum(each => each.Count), times.Count);
        foreach (var (time, count) in expected)
            Assert.Equal(count, times.Count(each => each.Contains(time, StringComparison.Ordinal)));
    }

    private static async Task SendAsync(RunningGateway gateway, string visit, int hour, int expected)
    {
        var body = JsonNode.Parse(Samples.Demo(Source).Span)!;
        body["appointmentId"] = visit;
        body["dateCreated"] = $"2026-03-02T{hour:00}:00:00Z";
        using var answer = await gateway.SendAsync(Source, JsonSerializer.SerializeToUtf8Bytes(body));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        await gateway.UntilAsync(
            Source, deliveries => deliveries.Count == expected && deliveries.All(delivery => delivery.State == DeliveryState.Delivered));
    }
}
