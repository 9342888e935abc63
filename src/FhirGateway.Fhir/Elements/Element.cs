using FhirGateway.Fhir.Model;

namespace FhirGateway.Fhir;

/// <summary>
/// A typed handle of one element: it knows its path, and how to get and set the element in a resource. Handles are immutable values made
/// from the roots in <see cref="R4"/>; a path that R4 lacks, or a value of another type, does not compile.
/// </summary>
public sealed class Element<T> : ElementPath
    where T : Base
{
    private readonly Func<Base, IEnumerable<T>> _all;
    private readonly Action<Base, T>? _put;
    private readonly Func<Base, T>? _getOrMake;
    private readonly Func<int, Element<T>>? _item;

    private Element(
        string path, bool isRepeating, Func<Base, IEnumerable<T>> all, Func<Base, T>? getOrMake, Action<Base, T>? put, Func<int, Element<T>>? item = null)
        : base(path, typeof(T), isRepeating)
    {
        _all = all;
        _getOrMake = getOrMake;
        _put = put;
        _item = item;
    }

    /// <summary>One of the element's occurrences, from 0: Dosage[1].Text.</summary>
    /// <exception cref="InvalidOperationException">The element occurs at most once.</exception>
    public Element<T> this[int index] => _item is null ? throw new InvalidOperationException($"{Path} occurs at most once.") : _item(index);

    /// <summary>The element, or the first of several; null when it is not there.</summary>
    public T? Get(Base root) => _all(root).FirstOrDefault();

    /// <summary>Every occurrence, through every occurrence of what leads to it.</summary>
    public IEnumerable<T> GetAll(Base root) => _all(root);

    /// <summary>The element, or the last of several; made when it is not there, with everything that leads to it.</summary>
    /// <exception cref="InvalidOperationException">The element may be of several types, so that it can't be made: set it.</exception>
    public T GetOrCreate(Base root) => _getOrMake is null ? throw new InvalidOperationException($"{Path} has no single type to make.") : _getOrMake(root);

    /// <summary>Sets the element, or adds an occurrence when it may repeat; makes what leads to it. A choice element of another type is replaced.</summary>
    /// <exception cref="InvalidOperationException">The handle is a root.</exception>
    public void Set(Base root, T value)
    {
        if (_put is null) throw new InvalidOperationException($"{Path} is a resource itself and can't be set.");
        _put(root, value);
    }

    public override Base? Find(Base root) => Get(root);

    public override Base GetOrMake(Base root) => GetOrCreate(root);

    internal static Element<T> Root(string path)
    {
        T Typed(Base root) => root as T ?? throw new ArgumentException($"{path} was asked of a {root.TypeName}.", nameof(root));
        return new Element<T>(path, isRepeating: false, root => [Typed(root)], Typed, put: null);
    }

    internal Element<TChild> One<TChild>(string name, Func<T, TChild?> get, Action<T, TChild> set)
        where TChild : Base, new() =>
        new($"{Path}.{name}", isRepeating: false, Each(get), root => Made(GetOrCreate(root), get, set), (root, value) => set(GetOrCreate(root), value));

    internal Element<TChild> Untyped<TChild>(string name, Func<T, TChild?> get, Action<T, TChild> set)
        where TChild : Base =>
        new($"{Path}.{name}", isRepeating: false, Each(get), getOrMake: null, (root, value) => set(GetOrCreate(root), value));

    internal Element<TChild> Many<TChild>(string name, Func<T, List<TChild>> list)
        where TChild : Base, new() =>
        new($"{Path}.{name}", isRepeating: true, root => _all(root).SelectMany(list), root => At(list(GetOrCreate(root)), null), (root, value) => list(GetOrCreate(root)).Add(value),
            index => Nth(name, list, index));

    internal Element<TChild> UntypedList<TChild>(string name, Func<T, List<TChild>> list)
        where TChild : Base =>
        new($"{Path}.{name}", isRepeating: true, root => _all(root).SelectMany(list), getOrMake: null, (root, value) => list(GetOrCreate(root)).Add(value));

    private Element<TChild> Nth<TChild>(string name, Func<T, List<TChild>> list, int index)
        where TChild : Base, new() =>
        new($"{Path}.{name}[{index}]", isRepeating: false,
            root => _all(root).SelectMany(list).Skip(index).Take(1),
            root => At(list(GetOrCreate(root)), index),
            (root, value) =>
            {
                var items = list(GetOrCreate(root));
                if (index == items.Count) items.Add(value);
                else items[index] = value;
            });

    private Func<Base, IEnumerable<TChild>> Each<TChild>(Func<T, TChild?> get)
        where TChild : Base => root => _all(root).Select(get).OfType<TChild>();

    private static TChild Made<TChild>(T parent, Func<T, TChild?> get, Action<T, TChild> set)
        where TChild : Base, new()
    {
        if (get(parent) is { } there) return there;
        var made = new TChild();
        set(parent, made);
        return made;
    }

    /// <summary>The item at the index, or the last; a new one when the list ends just there.</summary>
    private static TChild At<TChild>(List<TChild> items, int? index)
        where TChild : new()
    {
        var wanted = index ?? Math.Max(0, items.Count - 1);
        if (wanted == items.Count) items.Add(new TChild());
        return items[wanted];
    }
}
