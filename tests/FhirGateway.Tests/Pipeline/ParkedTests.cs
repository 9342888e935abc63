using System.Collections.Concurrent;
using System.Net;
using System.Text;
using FhirGateway.Ledger;
using FhirGateway.Ledger.Sqlite;
using FhirGateway.Mapping;
using FhirGateway.Pipeline;
using FhirGateway.Receiving;
using FhirGateway.Sandbox;
using FhirGateway.Settings;
using FhirGateway.Tests.Destination;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace FhirGateway.Tests.Pipeline;

/// <summary>What parked deliveries wait for is asked for in few searches, by schedule, and nothing is translated only to find out.</summary>
public sealed class ParkedTests : IAsyncLifetime
{
    private const string Source = Notes.Source;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-tests-");
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly SandboxServer _sandbox = new(TimeProvider.System);
    private readonly ConcurrentQueue<string> _searches = new();
    private Func<string, HttpResponseMessage?> _answer = _ => null;
    private InterceptedSandbox _destination = null!;
    private RunningGateway _gateway = null!;
    private SqliteLedger _ledger = null!;

    public async ValueTask InitializeAsync()
    {
        _destination = new InterceptedSandbox(_sandbox, (request, _) =>
        {
            if (request.Method != HttpMethod.Get) return Task.FromResult<HttpResponseMessage?>(null);
            var search = Uri.UnescapeDataString(request.RequestUri!.PathAndQuery);
            if (search.Contains("/Patient?", StringComparison.Ordinal)) _searches.Enqueue(search);
            return Task.FromResult(_answer(search));
        });
        _gateway = await RunningGateway.StartAsync(
            new() { ["Gateway:Delivery:ParkedRetry"] = "10:00:00" }, _sandbox, destination: _destination);

        // A ledger of its own, whose time is the test's.
        _ledger = SqliteLedger.Open(Path.Combine(_folder.FullName, "own.db"), _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _ledger.DisposeAsync();
        _destination.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Two_hundred_notes_for_two_hundred_patients_cost_a_few_searches_and_no_attempts()
    {
        const int Many = 200;
        for (var i = 0; i < Many; i++)
        {
            await _gateway.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), $"enc-{i}", Samples.Encounter);
            await Notes.SendAsync(_gateway, Notes.Of($"pat-{i}", $"enc-{i}"));
        }

        await _gateway.UntilAsync(() => CountAsync(DeliveryState.Parked), count => count == Many);
        _searches.Clear();
        var worker = _gateway.Make<ParkedWorker>();

        await _gateway.Ledger.AskNowAsync();
        await worker.AskAsync(CancellationToken.None);

        Assert.InRange(_searches.Count, 1, 12);
        for (var i = 0; i < Many; i += 2) await _gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), $"pat-{i}");
        _searches.Clear();
        await _gateway.Ledger.AskNowAsync();
        await worker.AskAsync(CancellationToken.None);

        await _gateway.UntilAsync(() => CountAsync(DeliveryState.Delivered), count => count == Many / 2);
        var parked = await _gateway.Ledger.DeliveriesAsync(new DeliveryFilter(Source, [DeliveryState.Parked], Limit: Many));
        Assert.All(parked, delivery => Assert.Equal(1, delivery.Attempts));
        Assert.Equal(Many / 2, parked.Count);
    }

    [Fact]
    public async Task It_is_asked_for_soon_after_parking_and_then_more_rarely()
    {
        await ParkAsync("p");
        var worker = Worker(TimeSpan.FromSeconds(15));
        var asked = new List<TimeSpan>();
        var began = _clock.GetUtcNow();

        while (_clock.GetUtcNow() - began < TimeSpan.FromHours(4))
        {
            _clock.Advance(TimeSpan.FromSeconds(3));
            var before = _searches.Count;
            await worker.AskAsync(CancellationToken.None);
            if (_searches.Count > before) asked.Add(_clock.GetUtcNow() - began);
        }

        var waits = asked.Zip(asked.Skip(1), (one, next) => next - one).Prepend(asked[0]).ToList();
        TimeSpan[] documented = [new(0, 0, 15), new(0, 1, 0), new(0, 4, 0), new(0, 16, 0), new(1, 0, 0), new(1, 0, 0), new(1, 0, 0)];
        for (var i = 0; i < 6; i++) Assert.InRange(waits[i], documented[i], documented[i] * 1.2 + TimeSpan.FromSeconds(3));
        Assert.Equal(DeliveryState.Parked, (await DeliveryAsync("p")).State);
    }

    [Fact]
    public async Task Once_a_day_a_delivery_is_tried_by_itself_whatever_a_search_for_many_says()
    {
        await ParkAsync("p");
        var worker = Worker();
        await AskNowAsync(worker);
        Assert.Equal(DeliveryState.Parked, (await DeliveryAsync("p")).State);

        _clock.Advance(TimeSpan.FromHours(25));
        await AskNowAsync(worker);

        Assert.Equal(DeliveryState.Pending, (await DeliveryAsync("p")).State);
    }

    [Fact]
    public async Task Where_a_search_for_many_is_refused_its_parts_are_asked_for_and_one_alone_is_tried()
    {
        foreach (var value in (string[])["a", "b", "c", "d"]) await ParkAsync(value);
        await PutAsync("d");
        _answer = search => search.Split(',').Length > 2 ? ScriptedServer.Outcome(414)
            : search.Contains("|b", StringComparison.Ordinal) ? ScriptedServer.Outcome(400, "no such identifier") : null;

        await AskNowAsync(Worker());

        Assert.Equal(DeliveryState.Parked, (await DeliveryAsync("a")).State);
        Assert.Equal(DeliveryState.Pending, (await DeliveryAsync("b")).State);
        Assert.Equal(DeliveryState.Parked, (await DeliveryAsync("c")).State);
        Assert.Equal(DeliveryState.Pending, (await DeliveryAsync("d")).State);
    }

    [Fact]
    public async Task While_the_destination_is_busy_nothing_more_is_asked_and_nothing_is_given_up()
    {
        await ParkAsync("p");
        await ParkAsync("e", type: "Encounter");
        _answer = _ => ScriptedServer.Outcome(503);
        var worker = Worker();
        await AskNowAsync(worker);
        Assert.Empty(_searches);

        _answer = _ => null;
        await PutAsync("p");
        await worker.AskAsync(CancellationToken.None);
        Assert.Empty(_searches); // it is somebody's to ask for still
        _clock.Advance(TimeSpan.FromMinutes(2));
        await worker.AskAsync(CancellationToken.None);

        Assert.Equal(DeliveryState.Pending, (await DeliveryAsync("p")).State);
    }

    [Fact]
    public async Task A_server_that_finds_more_than_was_meant_wakes_nobody_for_it()
    {
        await ParkAsync("P-1");
        await ParkAsync("p-2");
        await PutAsync("p-1");
        await PutAsync("p-2");
        var both = new InterceptedSandbox(_sandbox, (_, _) => Task.FromResult<HttpResponseMessage?>(null));
        using var http = new HttpClient(both) { BaseAddress = new Uri("http://sandbox.invalid/fhir/") };
        var all = await http.GetByteArrayAsync("Patient");
        _answer = search => search.Contains("/Patient?", StringComparison.Ordinal)
            ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(all) { Headers = { { "Content-Type", "application/fhir+json" } } } }
            : null;

        await AskNowAsync(Worker());

        Assert.Equal(DeliveryState.Parked, (await DeliveryAsync("P-1")).State);
        Assert.Equal(DeliveryState.Pending, (await DeliveryAsync("p-2")).State);
    }

    [Fact]
    public async Task Calls_that_say_nothing_of_what_came_ask_for_all_at_most_every_ten_seconds()
    {
        var arrivals = _gateway.Make<Arrivals>(_ledger, _clock);
        var worker = Worker(arrivals: arrivals);
        await worker.StartAsync(CancellationToken.None);
        await ParkAsync("p");

        Assert.Equal(1, await arrivals.SomethingCameAsync(CancellationToken.None));
        await _gateway.UntilAsync(() => Task.FromResult(_searches.Count), count => count == 1);
        for (var i = 0; i < 100; i++) Assert.Equal(0, await arrivals.SomethingCameAsync(CancellationToken.None));

        await _gateway.UntilAsync(
            () =>
            {
                if (_searches.Count == 1) _clock.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(_searches.Count);
            },
            count => count == 2);
        await worker.StopAsync(CancellationToken.None);
    }

    private ParkedWorker Worker(TimeSpan? parkedRetry = null, Arrivals? arrivals = null) => _gateway.Make<ParkedWorker>(
        _ledger,
        _clock,
        arrivals ?? _gateway.Make<Arrivals>(_ledger, _clock),
        Options.Create(new GatewaySettings { Delivery = new() { ParkedRetry = parkedRetry ?? TimeSpan.FromHours(10) } }));

    private async Task AskNowAsync(ParkedWorker worker)
    {
        await _ledger.AskNowAsync();
        await worker.AskAsync(CancellationToken.None);
    }

    private async Task ParkAsync(string value, string type = "Patient")
    {
        await _ledger.RecordAsync(new NewMessage(
            "clinic", value, Encoding.UTF8.GetBytes("{}"), null, null, _clock.GetUtcNow(), [new NewDelivery(value, "note", value)]));
        var claim = Assert.Single(await _ledger.ClaimAsync(1, Lease));
        var waitsFor = $"{type}?{new Identity(RunningGateway.SystemOf(type), value).Query}";
        var due = new ParkedSchedule(new()).Next(_clock.GetUtcNow(), _clock.GetUtcNow(), takesAttempt: false);
        await _ledger.ParkAsync(claim, waitsFor, "not there", due, isAskedFor: true);
    }

    private Task PutAsync(string value) => _gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), value);

    private async Task<DeliveryView> DeliveryAsync(string value) =>
        (await _ledger.DeliveriesAsync(new DeliveryFilter())).Single(delivery => delivery.EventKey == value);

    private async Task<int> CountAsync(DeliveryState state) =>
        (await _gateway.Ledger.DeliveriesAsync(new DeliveryFilter(Source, [state], Limit: 1000))).Count;
}
