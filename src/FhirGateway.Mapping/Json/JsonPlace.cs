using System.Globalization;

namespace FhirGateway.Mapping.Json;

/// <summary>
/// Where a reader stands in a body, token by token, and how deep and long what it read is. Below <paramref name="maxDepth"/> levels it only
/// counts, whatever is sent.
/// </summary>
internal sealed class JsonPlace(int maxDepth)
{
    private readonly List<Level> _levels = [];
    private int _depth;

    /// <summary>RFC 6901 pointer to the value that was read last, or is being read.</summary>
    public string Pointer => string.Concat(_levels.Select(level => level.Token is null ? "" : "/" + JsonPointer.Escape(level.Token)));

    /// <summary>How many items or keys the object or array that is being read has had so far.</summary>
    public int Count => _depth is > 0 && _depth <= maxDepth ? _levels[^1].Count : 0;

    /// <summary>The deepest level so far; 1 is an object or array that is the whole body.</summary>
    public int Deepest { get; private set; }

    /// <summary>Pointer to the first object or array that lies deeper than is read; null when none does.</summary>
    public string? FirstTooDeep { get; private set; }

    /// <summary>An object or array begins.</summary>
    public void Open(bool isObject)
    {
        _depth++;
        Deepest = Math.Max(Deepest, _depth);
        if (_depth <= maxDepth) _levels.Add(new Level(isObject));
        else FirstTooDeep ??= Pointer;
    }

    /// <summary>The object or array ends.</summary>
    public void Close()
    {
        if (_depth-- <= maxDepth) _levels.RemoveAt(_levels.Count - 1);
    }

    /// <summary>A value begins: in an array, the next item.</summary>
    public void NextItem()
    {
        if (_depth is > 0 && _depth <= maxDepth) _levels[^1].NextItem();
    }

    /// <summary>A key of an object.</summary>
    /// <returns>False when the object had the key already.</returns>
    public bool Enter(string key) => _depth > maxDepth || _levels[^1].Enter(key);

    private sealed class Level(bool isObject)
    {
        private HashSet<string>? _keys;
        private string? _key;

        public int Count { get; private set; }

        public string? Token => isObject ? _key : Count == 0 ? null : (Count - 1).ToString(CultureInfo.InvariantCulture);

        public bool Enter(string key)
        {
            Count++;
            _key = key;
            return (_keys ??= new HashSet<string>(StringComparer.Ordinal)).Add(key);
        }

        public void NextItem()
        {
            if (!isObject) Count++;
        }
    }
}
