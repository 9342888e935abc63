using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using FhirGateway.Validation.Findings;

namespace FhirGateway.Validation.Instances;

/// <summary>A member that is there: its value, and what stands beside a primitive.</summary>
internal readonly record struct Present(JsonMember Member, JsonElement Value, JsonElement Extras, bool IsDone);

/// <summary>Takes a finding, where it was made, and the canonical of the definition that demands otherwise.</summary>
internal delegate void Reporter(Finding finding, Focus at, string? demandedBy);

/// <summary>Reads the members of a JSON object as FHIR elements, and says where JSON and FHIR disagree.</summary>
/// <param name="report">Told what is wrong; null to read in silence, where it was judged already.</param>
internal readonly struct ElementReader(Reporter? report)
{
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
                report?.Invoke(JsonFindings.UnknownElement(Shown(name)), focus, focus.Shape.Url);
                continue;
            }

            if (property.Value.ValueKind == JsonValueKind.Null)
            {
                report?.Invoke(JsonFindings.Null(Shown(name)), focus, focus.Shape.Url);
                continue;
            }

            var at = present.FindIndex(known => ReferenceEquals(known.Member, member));
            var entry = at < 0 ? new Present(member, default, default, IsDone: false) : present[at];
            entry = isExtras ? entry with { Extras = property.Value } : entry with { Value = property.Value };
            if (at < 0) present.Add(entry);
            else present[at] = entry;
        }

        if (!any) report?.Invoke(JsonFindings.EmptyObject(), focus, focus.Shape.Url);
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
                report?.Invoke(JsonFindings.MustNotBeArray(member.JsonName), focus, member.Element.Url);
                if (value.ValueKind == JsonValueKind.Array) value = First(value);
                if (extras.ValueKind == JsonValueKind.Array) extras = default;
            }

            Add(focus, member, value, extras, -1, instances);
            return;
        }

        if (!IsArrayOrAbsent(value) || !IsArrayOrAbsent(extras))
        {
            report?.Invoke(JsonFindings.MustBeArray(member.JsonName), focus, member.Element.Url);
            if (value.ValueKind != JsonValueKind.Array)
            {
                Add(focus, member, value, extras.ValueKind == JsonValueKind.Array ? default : extras, 0, instances);
                return;
            }
        }

        var count = value.ValueKind == JsonValueKind.Array ? value.GetArrayLength() : 0;
        var extraCount = extras.ValueKind == JsonValueKind.Array ? extras.GetArrayLength() : 0;
        if (count == 0 && (extraCount == 0 || value.ValueKind == JsonValueKind.Array))
        {
            report?.Invoke(JsonFindings.EmptyArray(member.JsonName), focus, member.Element.Url);
        }

        if (count > 0 && extraCount > count) report?.Invoke(JsonFindings.MoreExtrasThanItems(member.JsonName), focus, member.Element.Url);
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
                if (extra.ValueKind != JsonValueKind.Object)
                {
                    report?.Invoke(JsonFindings.NullItem(member.JsonName, i), focus, member.Element.Url);
                }
            }

            Add(focus, member, item, extra, i, instances);
        }
    }

    private static bool IsArrayOrAbsent(JsonElement json) => json.ValueKind is JsonValueKind.Array or JsonValueKind.Undefined;

    private static JsonElement First(JsonElement array) =>
        array.GetArrayLength() > 0 && array[0].ValueKind != JsonValueKind.Null ? array[0] : default;

    private void Add(Focus focus, JsonMember member, JsonElement value, JsonElement extras, int index, List<Focus> instances)
    {
        if (value.ValueKind == JsonValueKind.Undefined && extras.ValueKind == JsonValueKind.Undefined) return;
        if (extras.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Object))
        {
            report?.Invoke(JsonFindings.ExtrasMustBeObject(member.JsonName), focus, member.Element.Url);
            extras = default;
            if (value.ValueKind == JsonValueKind.Undefined) return;
        }

        if (member.IsPrimitive)
        {
            if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            {
                report?.Invoke(JsonFindings.MustBeValue(member.JsonName, member.Type, value.ValueKind), focus, member.Element.Url);
                return;
            }

            instances.Add(new Focus(focus, value, extras, member.Element.Name, index, member.Type, member.Shape) { IsPrimitive = true });
            return;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            report?.Invoke(JsonFindings.MustBeObject(member.JsonName, value.ValueKind), focus, member.Element.Url);
            return;
        }

        if (member.Type is "Resource" or "DomainResource")
        {
            AddResource(focus, member, value, index, instances);
            return;
        }

        instances.Add(new Focus(focus, value, default, member.Element.Name, index, member.Type, member.Shape));
    }

    private void AddResource(Focus focus, JsonMember member, JsonElement value, int index, List<Focus> instances)
    {
        var type = R4Resource.TypeOf(value);
        if (type is null || member.Types.Resource(type) is not { } shape)
        {
            var finding = type is null ? JsonFindings.NoResourceType() : JsonFindings.UnknownResourceType(Shown(type));
            report?.Invoke(finding, new Focus(focus, value, default, member.Element.Name, index, "Resource", null), member.Element.Url);
            return;
        }

        instances.Add(new Focus(focus, value, default, member.Element.Name, index, type, shape) { IsResource = true });
    }
}
