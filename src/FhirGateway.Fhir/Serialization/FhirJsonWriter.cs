using System.Text.Json;
using FhirGateway.Fhir.Model;

namespace FhirGateway.Fhir.Serialization;

/// <summary>
/// Writes elements by FHIR's JSON rules. Objects and arrays are opened only when their first value comes: what turns out empty is
/// never written, without asking each object beforehand whether it is.
/// </summary>
internal sealed class FhirJsonWriter(Utf8JsonWriter json)
{
    private readonly List<(JsonEncodedText? Name, bool IsArray)> _unopened = [];

    public void Root(Base value)
    {
        json.WriteStartObject();
        value.WriteMembers(this);
        json.WriteEndObject();
    }

    public void ResourceType(string name)
    {
        Open();
        json.WriteString("resourceType"u8, name);
    }

    public void Text(ElementName name, string? value)
    {
        if (value is null) return;
        Open();
        json.WriteString(name.Plain, value);
    }

    public void Primitive(ElementName name, PrimitiveType? value)
    {
        if (value is null) return;
        if (value.HasValue)
        {
            Open();
            json.WritePropertyName(name.Plain);
            value.WriteValue(json);
        }

        if (value.HasIdOrExtension) Object(name.Underscored, value);
    }

    public void Primitives<T>(ElementName name, List<T>? values)
        where T : PrimitiveType
    {
        if (values is null) return;
        if (values.Exists(static value => value.HasValue))
        {
            Open();
            json.WriteStartArray(name.Plain);
            foreach (var value in values)
            {
                if (value.HasValue) value.WriteValue(json);
                else json.WriteNullValue();
            }

            json.WriteEndArray();
        }

        if (values.Exists(static value => value.HasIdOrExtension)) IdsAndExtensions(name, values);
    }

    public void Complex(ElementName name, Base? value)
    {
        if (value is not null) Object(name.Plain, value);
    }

    public void Complexes<T>(ElementName name, List<T>? values)
        where T : Base
    {
        if (values is null or []) return;
        _unopened.Add((name.Plain, true));
        foreach (var value in values) Object(null, value);
        Close(isArray: true);
    }

    public void Resource(ElementName name, Resource? value) => Complex(name, value);

    public void Resources(ElementName name, List<Resource>? values) => Complexes(name, values);

    public void Choice(ElementName name, DataType? value)
    {
        if (value is null) return;
        var typed = name.OfType(value.TypeName);
        if (value is PrimitiveType primitive) Primitive(typed, primitive);
        else Complex(typed, value);
    }

    /// <summary>The array beside a primitive array: null where an item has neither id nor extension, so that the positions agree.</summary>
    private void IdsAndExtensions<T>(ElementName name, List<T> values)
        where T : PrimitiveType
    {
        Open();
        json.WriteStartArray(name.Underscored);
        foreach (var value in values)
        {
            if (!Object(null, value)) json.WriteNullValue();
        }

        json.WriteEndArray();
    }

    private bool Object(JsonEncodedText? name, Base value)
    {
        _unopened.Add((name, false));
        value.WriteMembers(this);
        return Close(isArray: false);
    }

    /// <summary>Opens whatever waits for its first value, outermost first.</summary>
    private void Open()
    {
        foreach (var (name, isArray) in _unopened)
        {
            if (name is { } property) json.WritePropertyName(property);
            if (isArray) json.WriteStartArray();
            else json.WriteStartObject();
        }

        _unopened.Clear();
    }

    /// <summary>Ends the innermost object or array. False when nothing came, so that it was never opened.</summary>
    private bool Close(bool isArray)
    {
        // What still waits was begun inside, or is this one; inner ones are closed by now.
        if (_unopened.Count > 0)
        {
            _unopened.RemoveAt(_unopened.Count - 1);
            return false;
        }

        if (isArray) json.WriteEndArray();
        else json.WriteEndObject();
        return true;
    }
}
