using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using FhirGateway.Validation.Schemas;

namespace FhirGateway.Validation.Walking;

/// <summary>A member that is there: its value, and what stands beside a primitive.</summary>
internal readonly record struct Present(JsonMember Member, JsonElement Value, JsonElement Extras, bool IsDone);

/// <summary>Reads the members of a JSON object as FHIR elements, and says where JSON and FHIR disagree.</summary>
/// <param name="run">Told what is wrong; null to read without a word, where it was judged already.</param>
internal readonly struct ElementReader(ValidationRun? run)
{
    /// <summary>The child elements of a FHIRPath name.</summary>
    public static List<Focus> Children(Focus focus, string name)
    {
        var (reader, present, found) = (default(ElementReader), new List<Present>(), new List<Focus>());
        reader.CollectMembers(focus, present);
        foreach (var member in present)
        {
            if (member.Member.Element.Name == name) reader.AddInstances(focus, member, found);
        }

        return found;
    }

    /// <summary>Finds the members that are there.</summary>
    public void CollectMembers(Focus focus, List<Present> present)
    {
        var holder = focus.IsPrimitive ? focus.Extras : focus.Json;
        if (focus.Shape?.Members is not { } members || holder.ValueKind != JsonValueKind.Object) return;

        var lookup = members.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> buffer = stackalloc char[128];
        var any = false;
        foreach (var property in holder.EnumerateObject())
        {
            any = true;
            var raw = JsonMarshal.GetRawUtf8PropertyName(property);
            if (focus.IsResource && raw.SequenceEqual("resourceType"u8)) continue;
            var name = NameOf(property, raw, buffer);
            var isExtras = name.Length > 1 && name[0] == '_';
            if (!lookup.TryGetValue(isExtras ? name[1..] : name, out var member) || isExtras && !member.HasExtras)
            {
                run?.Error("structure", $"'{Shown(name)}' is unknown here: remove it, or mend its spelling.", focus, focus.Shape, "unknown-element");
                continue;
            }

            if (property.Value.ValueKind == JsonValueKind.Null)
            {
                run?.Error("structure", $"'{Shown(name)}' is null: leave it out.", focus, focus.Shape, "json");
                continue;
            }

            var at = present.FindIndex(known => ReferenceEquals(known.Member, member));
            var entry = at < 0 ? new Present(member, default, default, IsDone: false) : present[at];
            entry = isExtras ? entry with { Extras = property.Value } : entry with { Value = property.Value };
            if (at < 0) present.Add(entry);
            else present[at] = entry;
        }

        if (!any) run?.Error("structure", "An object must not be empty: leave the element out.", focus, focus.Shape, "ele-1");
    }

    private static ReadOnlySpan<char> NameOf(JsonProperty property, ReadOnlySpan<byte> raw, Span<char> buffer)
    {
        if (raw.Length > buffer.Length || raw.Contains((byte)'\\')) return property.Name;
        return buffer[..Encoding.UTF8.GetChars(raw, buffer)];
    }

    private static string Shown(ReadOnlySpan<char> name) => name.Length <= 80 ? name.ToString() : string.Concat(name[..80], "…");

    /// <summary>Adds an element for each repetition of a member.</summary>
    public void AddInstances(Focus focus, Present present, List<Focus> instances)
    {
        var (member, value, extras, _) = present;
        if (!member.Repeats)
        {
            if (value.ValueKind == JsonValueKind.Array || extras.ValueKind == JsonValueKind.Array)
            {
                run?.Error("structure", $"{member.JsonName} must not be an array: it does not repeat.", focus, member.Element, "json");
                if (value.ValueKind == JsonValueKind.Array) value = value.GetArrayLength() > 0 && value[0].ValueKind != JsonValueKind.Null ? value[0] : default;
                if (extras.ValueKind == JsonValueKind.Array) extras = default;
            }

            Add(focus, member, value, extras, -1, instances);
            return;
        }

        if (value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Undefined) || extras.ValueKind is not (JsonValueKind.Array or JsonValueKind.Undefined))
        {
            run?.Error("structure", $"{member.JsonName} must be an array: it may repeat.", focus, member.Element, "json");
            if (value.ValueKind != JsonValueKind.Array) Add(focus, member, value, extras.ValueKind == JsonValueKind.Array ? default : extras, 0, instances);
            if (value.ValueKind != JsonValueKind.Array) return;
        }

        var count = value.ValueKind == JsonValueKind.Array ? value.GetArrayLength() : 0;
        var extraCount = extras.ValueKind == JsonValueKind.Array ? extras.GetArrayLength() : 0;
        if (count == 0 && extraCount == 0 || value.ValueKind == JsonValueKind.Array && count == 0) run?.Error("structure", $"{member.JsonName} is an empty array: leave it out.", focus, member.Element, "json");
        if (count > 0 && extraCount > count) run?.Error("structure", $"_{member.JsonName} has more items than {member.JsonName}: fill up with null.", focus, member.Element, "json");
        using var items = (count > 0 ? value.EnumerateArray() : default).GetEnumerator();
        using var extraItems = (extraCount > 0 ? extras.EnumerateArray() : default).GetEnumerator();
        for (var i = 0; i < Math.Max(count, extraCount); i++)
        {
            var item = i < count && items.MoveNext() ? items.Current : default;
            var extra = i < extraCount && extraItems.MoveNext() ? extraItems.Current : default;
            if (extra.ValueKind == JsonValueKind.Null) extra = default;
            if (item.ValueKind == JsonValueKind.Null)
            {
                item = default;
                if (extra.ValueKind != JsonValueKind.Object) run?.Error("structure", $"{member.JsonName}[{i}] is null and has no extension: remove it.", focus, member.Element, "json");
            }

            Add(focus, member, item, extra, i, instances);
        }
    }

    private void Add(Focus focus, JsonMember member, JsonElement value, JsonElement extras, int index, List<Focus> instances)
    {
        if (value.ValueKind == JsonValueKind.Undefined && extras.ValueKind == JsonValueKind.Undefined) return;
        if (extras.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Object))
        {
            run?.Error("structure", $"_{member.JsonName} must be an object with id or extension.", focus, member.Element, "json");
            extras = default;
            if (value.ValueKind == JsonValueKind.Undefined) return;
        }

        if (member.IsPrimitive)
        {
            if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            {
                run?.Error("structure", $"{member.JsonName} must be a single {member.Type} value, not {Words.For(value.ValueKind)}.", focus, member.Element, "json");
                return;
            }

            instances.Add(new Focus(focus, value, extras, member.Element.Name, index, member.Type, SchemaSet.Type(member.Type)?.Root) { IsPrimitive = true });
            return;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            run?.Error("structure", $"{member.JsonName} must be an object, not {Words.For(value.ValueKind)}.", focus, member.Element, "json");
            return;
        }

        if (member.Type is "Resource" or "DomainResource")
        {
            AddResource(focus, member, value, index, instances);
            return;
        }

        var element = member.Element;
        var shape = element.Content ?? (element.HasChildren ? element : SchemaSet.Type(member.Type)?.Root);
        instances.Add(new Focus(focus, value, default, element.Name, index, member.Type, shape));
    }

    private void AddResource(Focus focus, JsonMember member, JsonElement value, int index, List<Focus> instances)
    {
        var type = ResourceTypes.Of(value);
        if (type is null || ResourceTypes.Find(type) is not { } schema)
        {
            var text = type is null ? "The resource has no resourceType." : $"'{Shown(type)}' is no R4 resource type.";
            run?.Error("structure", text, new Focus(focus, value, default, member.Element.Name, index, "Resource", null), member.Element, "resource-type");
            return;
        }

        instances.Add(new Focus(focus, value, default, member.Element.Name, index, type, schema.Root) { IsResource = true });
    }
}
