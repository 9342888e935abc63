using System.Diagnostics;
using FhirGateway.Chaos.Destination;
using FhirGateway.Chaos.Faults;
using FhirGateway.Chaos.Gateways;
using FhirGateway.Chaos.Judging;
using FhirGateway.Chaos.Vendors;

namespace FhirGateway.Chaos;

/// <summary>
/// Gateways as real processes under load, faults of every kind, and in the end the question whether all that vendors were told is true.
/// </summary>
internal sealed class ChaosRun : IAsyncDisposable
{
    // A machine that is slow, or busy with something else, makes fewer faults rather than taking for ever.
    private const double MostOfDuration = 1.25;

    private readonly ChaosOptions _options;
    private readonly Action<string> _say;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-chaos-");
    private readonly Journal _journal = new();
    private readonly FhirSite _site;
    private readonly FaultyProxy _proxy;
    private readonly LedgerDisk? _disk;
    private readonly IReadOnlyList<Vendor> _vendors;
    private IReadOnlyList<GatewayNode> _nodes = [];
    private PostgresServer? _postgres;
    private Scene _scene = null!;

    // Of this run alone: many may use one FHIR server.
    private readonly string _run = $"chaos{Guid.NewGuid():N}"[..12];

    /// <param name="say">Takes each line of what happens.</param>
    public ChaosRun(ChaosOptions options, Action<string> say)
    {
        (_options, _say) = (options, say);
        _site = new FhirSite(options.Destination);
        _proxy = new FaultyProxy(_site, _journal);
        _disk = options is { Ledger.Count: 0, Postgres: false } ? new LedgerDisk(_folder, mebibytes: 64 + options.Messages / 30) : null;
        _vendors = Vendor.All(_run);
    }

    /// <summary>Runs it all.</summary>
    public async Task<ChaosReport> RunAsync(CancellationToken cancellationToken)
    {
        var running = Stopwatch.StartNew();
        if (_options.Postgres) _postgres = await PostgresServer.CreateAsync();
        _nodes = [.. Enumerable.Range(1, _options.Nodes)
            .Select(number => (Number: number, Line: _postgres is null ? null : new DatabaseLine(_postgres.Port)))
            .Select(node => new GatewayNode(
                node.Number, Loopback.FreePort(), [.. Settings(), .. DatabaseSettings(node.Line), .. ClusterSettings()], _folder)
            {
                Program = Program(node.Number),
                Database = node.Line,
            })];
        _scene = new Scene(_options, _nodes, _proxy, _site, _disk, _postgres, new SteppedClock(_folder), _journal);
        var (possible, skipped) = Possible();
        var plan = Plan.Of(_options, possible);
        _say($"seed {_options.Seed}, {_options.Messages} notes, {plan.Count} faults: {string.Join(' ', plan.Select(fault => fault.Name))}");
        foreach (var each in skipped) _say($"skipped: {each}");

        await _site.StartAsync();
        await _site.RegisterAsync(Senders.PatientsOf(_run));
        await _proxy.OpenAsync();
        await _scene.StartAllAsync();

        using var over = new CancellationTokenSource();
        var watching = WatchMemoryAsync(over.Token);
        using var senders = new Senders(_options, _vendors, _journal, _site, call => _nodes[call % _nodes.Count].Url);
        senders.SpreadOver(Plan.TimeOf(plan));
        var sending = senders.SendAllAsync(_run, cancellationToken);
        var made = await MakeFaultsAsync(plan, senders, sending, cancellationToken);

        senders.SpreadOver(TimeSpan.Zero);
        await sending;
        var settled = await SettleAsync();
        var chart = await _site.ReadAsync();
        var (states, dead) = await AskAsync(view => view.AllAsync());
        await over.CancelAsync();
        await watching;

        List<string> findings =
        [
            .. made.Where(each => each.UntilNormal is null).Select(each => $"not normal within {_options.Limit:c} after {each.Fault}"),
            .. settled is null ? (IEnumerable<string>)[$"not settled within {_options.Limit:c}"] : [],
            .. _scene.Problems,
            .. _journal.WrongAnswers,
            .. dead,
            .. Verdict.Of(_journal.Documents, chart),
            .. LeaksInLogs(),
        ];
        return new ChaosReport(_options, _journal, made, _nodes, states, findings, running.Elapsed, settled, chart.Resources.Count);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            node.Dispose();
            if (node.Database is { } line) await line.DisposeAsync();
        }

        if (_postgres is not null) await _postgres.DisposeAsync();
        await _proxy.DisposeAsync();
        await _site.DisposeAsync();
        if (_options.Keep)
        {
            _say($"kept: {_folder.FullName}");
            return;
        }

        _disk?.Dispose();
        _folder.Delete(recursive: true);
    }

    private (IReadOnlyList<Fault> Possible, IReadOnlyList<string> Skipped) Possible()
    {
        var asked = Fault.All.Where(fault => _options.Faults.Count == 0 || _options.Faults.Contains(fault.Name)).ToList();
        var lacking = asked.Select(fault => (Fault: fault, Why: fault.Lacks(_scene))).ToLookup(each => each.Why is null);
        return ([.. lacking[true].Select(each => each.Fault)], [.. lacking[false].Select(each => $"{each.Fault.Name}: {each.Why}")]);
    }

    private async Task<List<MadeFault>> MakeFaultsAsync(
        IReadOnlyList<Fault> plan, Senders senders, Task sending, CancellationToken cancellationToken)
    {
        var (made, running) = (new List<MadeFault>(), Stopwatch.StartNew());
        await Task.Delay(_options.Window, cancellationToken);
        foreach (var fault in plan)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (begun, before) = (Stopwatch.GetTimestamp(), _journal.Answers());
            await fault.MakeAsync(_scene);
            var lasted = Stopwatch.GetElapsedTime(begun);
            var normal = await _scene.NormalAsync(sending);
            var answers = _journal.Answers().ToDictionary(each => each.Key, each => each.Value - before.GetValueOrDefault(each.Key));
            made.Add(new MadeFault(fault.Name, lasted, normal, answers));
            _say($"{made.Count}/{plan.Count} {made[^1]}; {_journal.Acknowledged} acknowledged, {_journal.Arrived} arrived");
            senders.SpreadOver(running.Elapsed / made.Count * (plan.Count - made.Count));
            if (normal is null) break; // what comes after would be measured on top of it
            if (running.Elapsed > _options.Duration * MostOfDuration && plan.Distinct().Count() == plan.Take(made.Count).Distinct().Count())
            {
                _say("the time is over, and every fault was made");
                break;
            }
        }

        return made;
    }

    // The gateways' own word that nothing is owed any more.
    private async Task<TimeSpan?> SettleAsync()
    {
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) is var passed && passed < _options.Limit)
        {
            if (await AskAsync(view => view.UnendedAsync()) == 0) return passed;
            await Task.Delay(200);
        }

        return null;
    }

    private async Task<T> AskAsync<T>(Func<LedgerView, Task<T>> ask)
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        return await ask(new LedgerView(http, _nodes[0].Url));
    }

    private async Task WatchMemoryAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            foreach (var node in _nodes) node.Memory();
            await Task.Delay(250, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private string Program(int number) => _options.Programs.Count == 0
        ? typeof(GatewayHost).Assembly.Location
        : Path.GetFullPath(_options.Programs[(number - 1) % _options.Programs.Count]);

    private IEnumerable<string> LeaksInLogs() => _nodes
        .Where(node => File.ReadLines(node.LogPath).Any(line => Journal.MarkersIn(line).Any()))
        .Select(node => $"the log of gateway {node.Number} holds text of notes");

    private static IEnumerable<string> DatabaseSettings(DatabaseLine? line) =>
        line is null ? [] : [$"--Gateway:Ledger:ConnectionString={PostgresServer.ConnectionString(line.Port)}"];

    private IEnumerable<string> ClusterSettings() => _options.Cluster
        ? ["--Gateway:Cluster:Enabled=true", "--Gateway:Cluster:Address=127.0.0.1", $"--Gateway:Cluster:Port={Loopback.FreePort()}"]
        : [];

    // Waits are shorter than a site's, so that many faults fit into minutes; docs/faults.md says which are.
    private List<string> Settings()
    {
        var settings = new Dictionary<string, string>
        {
            ["Gateway:Destination:BaseUrl"] = _proxy.Url.AbsoluteUri,
            ["Gateway:Destination:Timeout"] = "00:00:03",
            ["Gateway:Delivery:ClaimLease"] = Scene.Lease.ToString("c"),
            ["Gateway:Delivery:LongestWait"] = "00:00:05",
            ["Gateway:Delivery:ParkedRetry"] = "00:00:01",
            ["Gateway:Delivery:LongestParkedRetry"] = "00:00:05",
            ["Gateway:Receiving:AllowHttp"] = "true",
            ["Gateway:ShutdownTimeout"] = "00:00:10",
            ["Gateway:Api:SigningKey"] = LedgerView.ApiKey,
        };
        if (_disk is not null) settings["Gateway:Ledger:Path"] = _disk.File;
        foreach (var (name, value) in _options.Ledger) settings[$"Gateway:Ledger:{name}"] = value;
        foreach (var (name, value) in _vendors.SelectMany(vendor => vendor.Settings())) settings[name] = value;
        return [.. settings.Where(each => !_options.Without.Contains(each.Key)).Select(each => $"--{each.Key}={each.Value}")];
    }
}
