using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace FhirGateway.Benchmarks;

/// <summary>Whether what comes to a sink keeps its lanes: one after the other, in order. Each note says which of its lane it is.</summary>
internal sealed partial class LaneWatch
{
    private readonly ConcurrentDictionary<string, Lane> _lanes = [];
    private int _broken;
    private int _again;

    /// <summary>How many transactions went out beside another of their lane, or behind a later one.</summary>
    public int Broken => _broken;

    /// <summary>How many were sent once more.</summary>
    public int Again => _again;

    /// <summary>What a note must hold.</summary>
    public static string Mark(string lane, int number) => $"lane-{lane}-number-{number}";

    public IDisposable Come(byte[] transaction)
    {
        var marks = Marks().Matches(Encoding.UTF8.GetString(transaction));
        if (marks.Count == 0) throw new InvalidOperationException("A transaction doesn't say which lane it is of.");
        var number = marks.Max(mark => int.Parse(mark.Groups["number"].Value, CultureInfo.InvariantCulture));
        var lane = _lanes.GetOrAdd(marks[0].Groups["lane"].Value, _ => new Lane());
        lock (lane)
        {
            if (lane.Busy++ > 0 || number < lane.Last) Interlocked.Increment(ref _broken);
            if (number == lane.Last) Interlocked.Increment(ref _again);
            lane.Last = Math.Max(lane.Last, number);
        }

        return lane;
    }

    [GeneratedRegex("lane-(?<lane>[0-9a-f]{32})-number-(?<number>[0-9]+)")]
    private static partial Regex Marks();

    private sealed class Lane : IDisposable
    {
        public int Busy { get; set; }

        public int Last { get; set; }

        public void Dispose()
        {
            lock (this) Busy--;
        }
    }
}
