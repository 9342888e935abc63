using System.Text;
using System.Text.Json;

namespace FhirGateway.Validation.Findings;

/// <summary>Turns places in a JSON text, in bytes, into lines and columns.</summary>
internal static class TextPositions
{
    /// <summary>The findings with their lines and columns: one pass over the text, as far as the last of them.</summary>
    /// <param name="found">Findings with their offsets from the resource's first byte; -1 for one that concerns no place.</param>
    /// <param name="text">UTF-8.</param>
    /// <param name="first">Where in the text the resource begins.</param>
    public static IReadOnlyList<ValidationIssue> Resolve(
        IReadOnlyList<(ValidationIssue Issue, int Offset)> found, ReadOnlySpan<byte> text, int first)
    {
        var resolved = new ValidationIssue[found.Count];
        var (line, start) = (1, 0);
        foreach (var at in Enumerable.Range(0, found.Count).OrderBy(at => found[at].Offset))
        {
            var (issue, offset) = found[at];
            resolved[at] = issue;
            if (offset < 0) continue;
            var before = text[start..(first + offset)];
            line += before.Count((byte)'\n');
            start += before.LastIndexOf((byte)'\n') + 1;
            resolved[at] = issue with { Line = line, Column = Column(text[start..(first + offset)]) };
        }

        return resolved;
    }

    /// <summary>Where the reader stopped, in bytes; -1 when it does not say.</summary>
    /// <param name="text">UTF-8: what was read.</param>
    public static int OffsetOf(JsonException error, ReadOnlySpan<byte> text)
    {
        if (error is not { LineNumber: { } lines, BytePositionInLine: { } bytes }) return -1;
        var start = 0;
        for (; lines > 0 && text[start..].IndexOf((byte)'\n') is >= 0 and var end; lines--) start += end + 1;
        return Math.Min(text.Length, start + (int)bytes);
    }

    // Characters as .NET and JavaScript count them, so that an editor finds the place.
    private static int Column(ReadOnlySpan<byte> before) => Encoding.UTF8.GetCharCount(before) + 1;
}
