using System.Diagnostics;
using System.Globalization;
using System.Text;
using FhirGateway.Ledger.PostgreSql;
using FhirGateway.Ledger.Sqlite;
using Xunit.MicrosoftTestingPlatform;

namespace FhirGateway.Ledger.Tests.Crashing;

/// <summary>
/// Runs the tests, as every test program does; or is a process to be killed: <c>record PLACE</c> records without end and prints each
/// message's id once it was told that the disk has it; <c>accept PLACE</c> prints it before the index has seen the message; <c>claim
/// PLACE</c> claims one delivery, prints its id and hangs. <c>measure PLACE CALLERS MESSAGES</c> is for people.
/// </summary>
internal static class RecordingProgram
{
    private static Task<int> Main(string[] arguments) => arguments is ["record" or "accept" or "claim" or "measure", ..]
        ? ActAsync(arguments)
        : TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions);

    private static async Task<int> ActAsync(string[] arguments)
    {
        await using var ledger = Open(arguments[1]);
        switch (arguments[0])
        {
            case "record":
                await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RecordWithoutEnd(ledger)));
                return 0;
            case "accept":
                await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => AcceptWithoutEnd(ledger)));
                return 0;
            case "claim":
                Console.WriteLine(Assert.Single(await ledger.ClaimAsync(1, TimeSpan.FromMinutes(1))).Id);
                await Task.Delay(Timeout.Infinite);
                return 0;
            case "measure":
                await Measure(
                    ledger, int.Parse(arguments[2], CultureInfo.InvariantCulture), int.Parse(arguments[3], CultureInfo.InvariantCulture));
                return 0;
            default:
                return 2;
        }
    }

    /// <summary>Opens a file, or the database of a connection string.</summary>
    public static ILedger Open(string place) => place.Contains("Host=", StringComparison.Ordinal)
        ? PostgresLedger.Open(place, TimeProvider.System)
        : SqliteLedger.Open(place, TimeProvider.System);

    private static async Task RecordWithoutEnd(ILedger ledger)
    {
        while (true) Console.WriteLine((await ledger.RecordAsync(NextMessage())).MessageId);
    }

    private static async Task AcceptWithoutEnd(ILedger ledger)
    {
        while (true) Console.WriteLine(await ledger.AcceptAsync(NextMessage()));
    }

    private static async Task Measure(ILedger ledger, int callers, int messages)
    {
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            for (var number = 0; number < messages / callers; number++) await ledger.RecordAsync(NextMessage());
        }));
        Console.WriteLine($"{callers} callers: {messages / clock.Elapsed.TotalSeconds:F0} messages/s");
    }

    private static NewMessage NextMessage()
    {
        var key = Guid.NewGuid().ToString();
        var body = Encoding.UTF8.GetBytes($$"""{"id":"{{key}}","text":"{{new string('x', 4000)}}"}""");
        return new NewMessage(
            "clinic", key, body, "application/json", null, TimeProvider.System.GetUtcNow(), [new NewDelivery(key, "note", key)]);
    }
}
