using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace FhirGateway.Chaos.Vendors;

/// <summary>What the vendors were told and what the FHIR server has said it has: the one account that the gateway has no hand in.</summary>
internal sealed partial class Journal
{
    private readonly ConcurrentDictionary<string, Note> _byMarker = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _wrongAnswers = new();
    private int _duplicates;
    private int _ledgersLost;
    private long _goneSince;

    /// <summary>All notes that were begun to be sent.</summary>
    public IEnumerable<Note> Notes => _byMarker.Values;

    public IEnumerable<Document> Documents => _byMarker.Values.Select(note => note.Document).Distinct();

    /// <summary>How many ledgers were lost so far.</summary>
    public int LedgersLost => Volatile.Read(ref _ledgersLost);

    /// <summary>How many calls repeated what was acknowledged.</summary>
    public int Duplicates => Volatile.Read(ref _duplicates);

    public int Acknowledged => _byMarker.Values.Count(note => note.AcknowledgedAt is not null);

    public int Arrived => _byMarker.Values.Count(note => note.ArrivedAt is not null);

    /// <summary>Answers that no vendor may get for what it sent, each with its document.</summary>
    public IReadOnlyCollection<string> WrongAnswers => _wrongAnswers;

    public void Begin(Note note)
    {
        lock (note.Document.Notes) note.Document.Notes.Add(note);
        _byMarker[note.Marker] = note;
    }

    /// <summary>A call was answered, or not (null).</summary>
    public void Answered(Note note, int? status, long begunAt)
    {
        _answers.AddOrUpdate(status?.ToString(CultureInfo.InvariantCulture) ?? "no answer", 1, (_, count) => count + 1);
        switch (status)
        {
            case >= 200 and < 300:
                if (Volatile.Read(ref _goneSince) is > 0 and var gone && begunAt > gone)
                    _wrongAnswers.Enqueue($"{note.Document} version {note.Version}: answered {status} while the ledger was gone");
                if (note.AcknowledgedAt is null) note.AcknowledgedAt = Stopwatch.GetTimestamp();
                else Interlocked.Increment(ref _duplicates);
                break;
            case >= 400 and < 500 and not 429:
                _wrongAnswers.Enqueue($"{note.Document} version {note.Version}: answered {status}");
                break;
        }
    }

    /// <summary>The FHIR server said that it did a transaction.</summary>
    /// <param name="bundle">What it was asked for.</param>
    public void Done(ReadOnlySpan<byte> bundle)
    {
        var now = Stopwatch.GetTimestamp();
        foreach (var marker in MarkersIn(Encoding.UTF8.GetString(bundle)))
        {
            if (_byMarker.TryGetValue(marker, out var note)) note.ArrivedAt ??= now;
        }
    }

    /// <summary>The ledger is gone: all that it acknowledged is, too. No 2xx may be given until <see cref="NewLedger"/>.</summary>
    public void LedgerLost()
    {
        Volatile.Write(ref _goneSince, Stopwatch.GetTimestamp());
        Interlocked.Increment(ref _ledgersLost);
        foreach (var note in _byMarker.Values) note.Document.IsExcused = true;
    }

    /// <summary>A new ledger begins.</summary>
    public void NewLedger() => Volatile.Write(ref _goneSince, 0);

    /// <summary>How many acknowledged notes that nothing keeps back have not arrived.</summary>
    /// <param name="acknowledgedBefore">Of those that were acknowledged by then.</param>
    public int Owed(long acknowledgedBefore = long.MaxValue) => _byMarker.Values.Count(note =>
        note.ArrivedAt is null && note.AcknowledgedAt < acknowledgedBefore && note.Document is { IsAdmittedLate: false, IsExcused: false });

    /// <summary>Whether a call that began after a time was acknowledged.</summary>
    public bool HasAcknowledgedSince(long time) => _byMarker.Values.Any(note => note.AcknowledgedAt > time);

    /// <summary>How often each answer was given so far.</summary>
    public Dictionary<string, int> Answers() => new(_answers);

    /// <summary>The markers that stand in a text, or in an attachment of a resource.</summary>
    public static IEnumerable<string> MarkersIn(string text) => AttachmentPattern().Matches(text)
        .Select(match => Encoding.UTF8.GetString(Convert.FromBase64String(match.Groups[1].Value)))
        .Append(text)
        .SelectMany(each => MarkerPattern().Matches(each).Select(match => match.Value))
        .Distinct();

    [GeneratedRegex("\"data\" *: *\"([A-Za-z0-9+/=]+)\"")]
    private static partial Regex AttachmentPattern();

    [GeneratedRegex("chaos-[0-9a-f]{8}-[0-9]+")]
    private static partial Regex MarkerPattern();
}
