namespace FhirGateway.FhirPath.Nodes;

/// <summary>An ordered collection of items. Most hold none or one, and those need no array.</summary>
internal readonly struct Collection
{
    // Null, one FhirNode, or an array of at least two.
    private readonly object? _content;

    private Collection(object? content) => _content = content;

    public static Collection Empty => default;

    public static Collection True { get; } = new(ValueNode.True);

    public static Collection False { get; } = new(ValueNode.False);

    public bool IsEmpty => _content is null;

    public int Count => _content switch { null => 0, FhirNode[] items => items.Length, _ => 1 };

    public FhirNode this[int index] => _content is FhirNode[] items ? items[index] : (FhirNode)_content!;

    public static Collection Of(FhirNode node) => new(node);

    public static Collection Of(bool? value) => value switch { null => Empty, true => True, false => False };

    public static Collection Of(string? value) => value is null ? Empty : new Collection(ValueNode.Of(value));

    public static Collection Of(int value) => new(ValueNode.Of(value));

    public static Collection Of(decimal value) => new(ValueNode.Of(value));

    public static Collection Of(ReadOnlySpan<FhirNode> items) => items.Length switch
    {
        0 => Empty,
        1 => new Collection(items[0]),
        _ => new Collection(items.ToArray()),
    };

    public Collection Slice(int start, int count)
    {
        start = Math.Clamp(start, 0, Count);
        count = Math.Clamp(count, 0, Count - start);
        if (count == Count) return this;
        return count switch { 0 => Empty, 1 => new Collection(this[start]), _ => Of(((FhirNode[])_content!).AsSpan(start, count)) };
    }

    public IReadOnlyList<FhirNode> ToList() => _content switch { null => [], FhirNode[] items => items, _ => [(FhirNode)_content] };

    public Enumerator GetEnumerator() => new(this);

    public struct Enumerator(Collection collection)
    {
        private int _index = -1;

        public readonly FhirNode Current => collection[_index];

        public bool MoveNext() => ++_index < collection.Count;
    }
}

/// <summary>Gathers items into a <see cref="Collection"/>; the first needs no list.</summary>
internal struct CollectionBuilder
{
    private FhirNode? _first;
    private List<FhirNode>? _items;

    public readonly int Count => _items?.Count ?? (_first is null ? 0 : 1);

    public void Add(FhirNode node)
    {
        if (_first is null) _first = node;
        else (_items ??= [_first]).Add(node);
    }

    public void AddRange(Collection items)
    {
        foreach (var item in items) Add(item);
    }

    public readonly Collection ToCollection()
    {
        if (_items is not null) return Collection.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_items));
        return _first is null ? Collection.Empty : Collection.Of(_first);
    }
}
