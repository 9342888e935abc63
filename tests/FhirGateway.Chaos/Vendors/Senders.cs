using System.Diagnostics;
using FhirGateway.Chaos.Destination;
using FhirGateway.CommandLine;

namespace FhirGateway.Chaos.Vendors;

/// <summary>
/// The vendors at work: many documents open at once, the versions of each in order, and the same bytes again after every answer but 2xx
/// and after none, as their pages say. Now and then what was acknowledged is sent again, alone or on two connections at once.
/// </summary>
internal sealed class Senders(ChaosOptions options, IReadOnlyList<Vendor> vendors, Journal journal, FhirSite site, Func<int, Uri> gateway)
    : IDisposable
{
    private const int Workers = 8;
    private const int OpenDocuments = 60;
    private const int Patients = 40;
    private const double Repeated = 0.08;
    private const double AdmittedLate = 0.03;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    // A vendor waits some seconds for an answer; what hangs longer is cut and sent again.
    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(20) })
    {
        Timeout = TimeSpan.FromSeconds(5),
    };

    private readonly Random _chance = new(options.Seed);
    private readonly List<Document> _open = [];
    private TimeSpan _between;
    private long _nextAt;
    private int _begun;
    private int _due;
    private int _documents;
    private int _calls;

    /// <summary>Spreads what is left to be sent over a time, so that there is load under every fault.</summary>
    /// <param name="time">Zero: as fast as it can be.</param>
    public void SpreadOver(TimeSpan time)
    {
        lock (_open) (_between, _nextAt) = (time / Math.Max(1, options.Messages - _due), Stopwatch.GetTimestamp());
    }

    /// <summary>The patients that notes are about, by their identifiers.</summary>
    public static IEnumerable<string> PatientsOf(string run) => Enumerable.Range(0, Patients).Select(number => $"{run}-{number}");

    /// <summary>Sends until all is acknowledged.</summary>
    public Task SendAllAsync(string run, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(() => WorkAsync(run, cancellationToken), cancellationToken)));

    public void Dispose() => _http.Dispose();

    private async Task WorkAsync(string run, CancellationToken cancellationToken)
    {
        while (await NextAsync(run, cancellationToken) is { } note)
        {
            var document = note.Document;
            if (note.Version == 1 && !document.IsAdmittedLate) await site.AdmitAsync(document, cancellationToken);
            journal.Begin(note);
            if (!await SendAsync(note, cancellationToken)) continue;
            if (note.Version == 1 && document.IsAdmittedLate) await site.AdmitAsync(document, cancellationToken);
            if (Draw() < Repeated) await RepeatAsync(document, cancellationToken);
            lock (_open)
            {
                if (note.Version < document.Versions) _open.Add(document);
            }
        }
    }

    // Documents are taken out while a version is sent: the next one is sent once this one is acknowledged.
    private async Task<Note?> NextAsync(string run, CancellationToken cancellationToken)
    {
        Document document;
        lock (_open)
        {
            _open.RemoveAll(each => each.Ledger < journal.LedgersLost);
            if (_begun >= options.Messages) return null;
            _begun++;
            if (_open.Count < OpenDocuments && (_open.Count == 0 || _chance.Next(2) == 0)) document = NewDocument(run);
            else
            {
                var at = _chance.Next(_open.Count);
                (document, _open[at]) = (_open[at], _open[^1]);
                _open.RemoveAt(_open.Count - 1);
            }
        }

        while (!IsDue()) await Task.Delay(10, cancellationToken);
        var version = document.Notes.Count + 1;
        return new Note { Document = document, Version = version, Body = document.Vendor.Write(document, version) };
    }

    private bool IsDue()
    {
        lock (_open)
        {
            var now = Stopwatch.GetTimestamp();
            if (now < _nextAt) return false;
            _due++;
            _nextAt = Math.Max(_nextAt, now - Stopwatch.Frequency) + (long)(_between.TotalSeconds * Stopwatch.Frequency);
            return true;
        }
    }

    private Document NewDocument(string run)
    {
        var vendor = vendors[_chance.Next(vendors.Count)];
        return new Document
        {
            Number = ++_documents,
            Vendor = vendor,
            Patient = $"{run}-{_chance.Next(Patients)}",
            Versions = 1 + _chance.Next(vendor.MostVersions),
            IsAdmittedLate = vendor.About is not null && _chance.NextDouble() < AdmittedLate,
            Ledger = journal.LedgersLost,
        };
    }

    /// <returns>False when its ledger was lost meanwhile: then the vendor is no longer asked about it.</returns>
    private async Task<bool> SendAsync(Note note, CancellationToken cancellationToken)
    {
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            if (note.Document.Ledger < journal.LedgersLost) return false;
            await CallAsync(note, cancellationToken);
            if (note.AcknowledgedAt is not null) return true;
            await Task.Delay(wait * (0.5 + Draw()), cancellationToken);
        }
    }

    // Any version that was acknowledged, also one that has a later one.
    private async Task RepeatAsync(Document document, CancellationToken cancellationToken)
    {
        var note = document.Notes[(int)(Draw() * document.Notes.Count)];
        var calls = Draw() < 0.3 ? 2 : 1;
        await Task.WhenAll(Enumerable.Range(0, calls).Select(_ => CallAsync(note, cancellationToken)));
    }

    private async Task CallAsync(Note note, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        int? status = null;
        try
        {
            var vendor = note.Document.Vendor;
            var url = new Uri(gateway(Interlocked.Increment(ref _calls)), "webhooks/" + vendor.Source);
            using var call = SignedWebhook.Create(
                url, vendor.Definition, note.Body, proof => Vendor.SecretOf(proof), TimeProvider.System.GetUtcNow());
            using var answer = await _http.SendAsync(call, HttpCompletionOption.ResponseContentRead, cancellationToken);
            status = (int)answer.StatusCode;
        }
        catch (Exception failure)
            when (failure is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // No answer: as good as a refusal.
        }

        journal.Answered(note, status, begun);
    }

    private double Draw()
    {
        lock (_open) return _chance.NextDouble();
    }
}
