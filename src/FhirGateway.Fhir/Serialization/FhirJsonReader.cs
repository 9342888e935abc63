using System.Text.Json;
using FhirGateway.Fhir.Model;

namespace FhirGateway.Fhir.Serialization;

/// <summary>
/// Reads elements by FHIR's JSON rules. The generated ReadMember of each type asks it to read the value it stands on; whatever
/// breaks a rule is noted with its place and skipped, and reading goes on.
/// </summary>
internal ref partial struct FhirJsonReader
{
    private const int LongestName = 64;

    private readonly ReadOnlySpan<byte> _text;
    private Utf8JsonReader _json;
    private Step[] _steps;
    private int _depth;
    private string _rootName = "";
    private List<FhirJsonIssue>? _issues;

    /// <summary>The property is the _name beside a primitive: it holds ids and extensions.</summary>
    private bool _isUnderscored;

    public FhirJsonReader(ReadOnlySpan<byte> text, int maxDepth)
    {
        _text = text;
        _json = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = maxDepth });
        _steps = new Step[16];
    }

    public T? Root<T>()
        where T : Base
    {
        T? root = null;
        try
        {
            _json.Read();
            if (_json.TokenType != JsonTokenType.StartObject)
            {
                Note("structure", "must be a JSON object");
                return null;
            }

            root = typeof(T).IsAssignableTo(typeof(Resource)) ? NewResource() as T : Activator.CreateInstance<T>();
            if (root is null)
            {
                if (_issues is null) Note("structure", $"must be a {typeof(T).Name}");
                return null;
            }

            _rootName = root.TypeName;
            ReadObject(root);
            _json.Read();
        }
        catch (JsonException e)
        {
            Note("invalid", $"is no JSON, or nested too deeply: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        }
        catch (InvalidOperationException)
        {
            // Utf8JsonReader's answer to a string that is no valid UTF-8 or UTF-16.
            Note("invalid", "holds text that is no valid Unicode");
        }

        return root;
    }

    /// <summary>A bare string that can't have an id or extensions.</summary>
    public string? Text(string? existing)
    {
        if (_isUnderscored) return Refused(existing, "structure", Unknown);
        if (existing is not null) return Refused(existing, "structure", Doubled);
        if (_json.TokenType != JsonTokenType.String) return Refused(existing, "structure", "must be a JSON string");
        var text = _json.GetString()!;
        if (text.Length == 0) Note("value", "must not be empty");
        return text;
    }

    public T? Primitive<T>(T? existing)
        where T : PrimitiveType, new()
    {
        if (_isUnderscored)
        {
            if (existing is { HasIdOrExtension: true }) return Refused(existing, "structure", Doubled);
            if (_json.TokenType != JsonTokenType.StartObject) return Refused(existing, "structure", NotAnObject);
            existing ??= new T();
            ReadObject(existing);
            return existing;
        }

        if (existing is { HasValue: true }) return Refused(existing, "structure", Doubled);
        existing ??= new T();
        ReadValue(existing);
        return existing;
    }

    public List<T>? Primitives<T>(List<T>? existing)
        where T : PrimitiveType, new()
    {
        var isUnderscored = _isUnderscored;
        if (existing is not null && existing.Exists(item => isUnderscored ? item.HasIdOrExtension : item.HasValue)) return Refused(existing, "structure", Doubled);
        if (_json.TokenType != JsonTokenType.StartArray) return Refused(existing, "structure", NotAnArray);
        existing ??= [];
        var index = 0;
        for (; Next(); index++)
        {
            if (existing.Count == index) existing.Add(new T());
            At(index);
            if (_json.TokenType == JsonTokenType.Null) continue;
            if (!isUnderscored) ReadValue(existing[index]);
            else if (_json.TokenType == JsonTokenType.StartObject) ReadObject(existing[index]);
            else Refuse("structure", NotAnObject);
        }

        At(-1);
        if (index == 0) Note("structure", Empty);
        return existing;
    }

    public T? Complex<T>(T? existing)
        where T : Base, new()
    {
        if (_isUnderscored) return Refused(existing, "structure", Unknown);
        if (existing is not null) return Refused(existing, "structure", Doubled);
        if (_json.TokenType != JsonTokenType.StartObject) return Refused(existing, "structure", NotAnObject);
        var value = new T();
        ReadObject(value);
        return value;
    }

    public List<T>? Complexes<T>(List<T>? existing)
        where T : Base, new()
    {
        if (!CanReadList(existing)) return existing;
        existing = [];
        var index = 0;
        for (; Next(); index++)
        {
            At(index);
            if (_json.TokenType != JsonTokenType.StartObject)
            {
                Refuse("structure", NotAnObject);
                continue;
            }

            var value = new T();
            ReadObject(value);
            existing.Add(value);
        }

        At(-1);
        if (index == 0) Note("structure", Empty);
        return existing;
    }

    public DataType? ChoicePrimitive<T>(DataType? existing)
        where T : PrimitiveType, new() =>
        existing is null or T ? Primitive(existing as T) : Refused(existing, "structure", SecondChoice);

    public DataType? ChoiceComplex<T>(DataType? existing)
        where T : DataType, new() =>
        existing is null or T ? Complex(existing as T) : Refused(existing, "structure", SecondChoice);

    public Resource? Resource(Resource? existing)
    {
        if (_isUnderscored) return Refused(existing, "structure", Unknown);
        if (existing is not null) return Refused(existing, "structure", Doubled);
        return ReadResource();
    }

    public List<Resource>? Resources(List<Resource>? existing)
    {
        if (!CanReadList(existing)) return existing;
        existing = [];
        var index = 0;
        for (; Next(); index++)
        {
            At(index);
            if (ReadResource() is { } resource) existing.Add(resource);
        }

        At(-1);
        if (index == 0) Note("structure", Empty);
        return existing;
    }

    private bool CanReadList<T>(List<T>? existing)
    {
        if (_isUnderscored) Refuse("structure", Unknown);
        else if (existing is not null) Refuse("structure", Doubled);
        else if (_json.TokenType != JsonTokenType.StartArray) Refuse("structure", NotAnArray);
        else return true;
        return false;
    }

    private Resource? ReadResource()
    {
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            Refuse("structure", NotAnObject);
            return null;
        }

        var resource = NewResource();
        if (resource is null) _json.Skip();
        else ReadObject(resource);
        return resource;
    }

    /// <summary>The resource that the object's resourceType names, wherever it stands among the properties; the reader stays where it is.</summary>
    private Resource? NewResource()
    {
        var ahead = _json;
        while (ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName)
        {
            var found = ahead.ValueTextEquals("resourceType"u8);
            ahead.Read();
            if (!found)
            {
                ahead.Skip();
                continue;
            }

            var resource = ahead.TokenType == JsonTokenType.String ? ResourceTypes.Create(ahead.GetString()!) : null;
            if (resource is null) Note("not-supported", "is of no resource type that the model has");
            return resource;
        }

        Note("structure", "must have a resourceType");
        return null;
    }

    private void ReadObject(Base target)
    {
        Span<char> buffer = stackalloc char[LongestName];
        var isResource = target is Resource;
        var count = 0;
        var hasType = false;
        Enter();
        for (; _json.Read() && _json.TokenType == JsonTokenType.PropertyName; count++)
        {
            Name();
            // No element's name is that long: an empty name is unknown to every type.
            ReadOnlySpan<char> name = _json.ValueSpan.Length <= LongestName ? buffer[.._json.CopyString(buffer)] : [];
            _json.Read();
            if (isResource && name is "resourceType")
            {
                // Its value was seen when the resource was made.
                if (hasType) Refuse("structure", Doubled);
                hasType = true;
                continue;
            }

            _isUnderscored = name.StartsWith('_');
            if (_isUnderscored) name = name[1..];
            if (_json.TokenType == JsonTokenType.Null) Note("structure", "must not be null");
            else if (!target.ReadMember(ref this, name)) Refuse("structure", Unknown);
        }

        Leave();
        if (count == 0) Note("structure", Empty);
    }

    private void ReadValue(PrimitiveType target)
    {
        if (target.ReadValue(ref _json) is not { } problem) return;
        Note("value", problem);
        _json.Skip();
    }

    /// <summary>Goes to the array's next item; false at its end.</summary>
    private bool Next() => _json.Read() && _json.TokenType != JsonTokenType.EndArray;
}
