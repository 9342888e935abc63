using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

namespace FhirGateway.Json;

/// <summary>
/// An embedded file of R4's definitions: one JSON resource per line, its url first. Opening the file finds the urls without
/// parsing the lines. A line is parsed when it is first asked for, and kept.
/// </summary>
/// <typeparam name="T">What a line is parsed into.</typeparam>
internal sealed class JsonLines<T>
    where T : class
{
    private readonly byte[] _bytes;
    private readonly Dictionary<string, (int Start, int Length)> _lines = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, T> _parsed = new(StringComparer.Ordinal);
    private readonly Func<JsonElement, T> _parse;

    /// <exception cref="InvalidOperationException">
    /// The assembly does not hold the file, or not in the form that the generator writes.
    /// </exception>
    public JsonLines(string name, Func<JsonElement, T> parse)
    {
        _parse = parse;
        using var stream = typeof(JsonLines<T>).Assembly.GetManifestResourceStream($"R4/{name}")
            ?? throw new InvalidOperationException($"The assembly lacks the embedded definitions R4/{name}.");
        _bytes = new byte[stream.Length];
        stream.ReadExactly(_bytes);
        IndexLines();
    }

    public IReadOnlyCollection<string> Urls => _lines.Keys;

    public T? Find(string url)
    {
        if (_parsed.TryGetValue(url, out var parsed)) return parsed;
        if (!_lines.TryGetValue(url, out var line)) return null;
        using var document = JsonDocument.Parse(_bytes.AsMemory(line.Start, line.Length));
        return _parsed.GetOrAdd(url, _parse(document.RootElement.Clone()));
    }

    /// <summary>A line's JSON, parsed anew.</summary>
    public JsonElement? Json(string url) =>
        _lines.TryGetValue(url, out var line) ? JsonElement.Parse(_bytes.AsSpan(line.Start, line.Length)) : null;

    private void IndexLines()
    {
        var prefix = "{\"url\":\""u8;
        for (var start = 0; start < _bytes.Length;)
        {
            var length = _bytes.AsSpan(start).IndexOf((byte)'\n');
            if (length < 0) length = _bytes.Length - start;
            var line = _bytes.AsSpan(start, length);
            if (!line.StartsWith(prefix))
            {
                throw new InvalidOperationException("A line of the embedded definitions does not start with its url: regenerate them.");
            }

            var url = line[prefix.Length..];
            _lines[Encoding.UTF8.GetString(url[..url.IndexOf((byte)'"')])] = (start, length);
            start += length + 1;
        }
    }
}
