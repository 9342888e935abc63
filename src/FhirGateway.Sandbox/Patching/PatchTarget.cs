using System.Text.Json.Nodes;
using FhirGateway.FhirPath;
using Hl7.Fhir.Introspection;

namespace FhirGateway.Sandbox.Patching;

/// <summary>Changes the JSON that a FHIRPath found: a value and the extensions beside it (<c>_field</c>) move together.</summary>
internal static class PatchTarget
{
    /// <summary>The JSON object that holds an element's children.</summary>
    public static JsonObject Object(JsonObject resource, FhirNode element)
    {
        if (element.Parent is not { } parent) return resource;
        var holder = Object(resource, parent);
        var primitive = IsPrimitive(element);
        var name = primitive ? "_" + element.JsonName : element.JsonName!;
        if (element.Index is not { } index) return Member(holder, name);
        var list = List(holder, name);
        Fill(list, index + 1);
        if (list[index] is not JsonObject item) list[index] = item = [];
        return item;
    }

    /// <summary>How many repetitions an element has; an absent one has none.</summary>
    public static int Count(JsonObject holder, ElementPlace child)
    {
        var values = (holder[child.JsonName] as JsonArray)?.Count ?? 0;
        var extras = child.Type.IsFhirPrimitive ? (holder[child.ExtrasName] as JsonArray)?.Count ?? 0 : 0;
        return Math.Max(values, extras);
    }

    /// <summary>Sets a single element, or inserts among its repetitions.</summary>
    public static void Put(JsonObject holder, ElementPlace child, PatchValue value, int? index)
    {
        var json = value.ToJson(child.Type);
        if (index is not { } at)
        {
            if (json is not null) holder[child.JsonName] = json;
            if (value.Extras is not null) holder[child.ExtrasName] = value.Extras.DeepClone();
            return;
        }

        var count = Count(holder, child);
        if (value.Extras is not null || holder[child.ExtrasName] is JsonArray)
        {
            InsertAt(holder, child.ExtrasName, count, at, value.Extras?.DeepClone());
        }
        InsertAt(holder, child.JsonName, count, at, json);
    }

    /// <summary>Removes an element a FHIRPath found.</summary>
    public static void Remove(JsonObject resource, FhirNode element)
    {
        if (element.Parent is not { } parent) throw new FhirPathPatchException("A resource can't be deleted by a patch");
        var holder = Object(resource, parent);
        foreach (var name in Names(element))
        {
            if (element.Index is not { } index) holder.Remove(name);
            else if (holder[name] is JsonArray list && index < list.Count)
            {
                list.RemoveAt(index);
                if (list.All(item => item is null)) holder.Remove(name);
            }
        }
    }

    /// <summary>Removes all there is of a child, whatever type a choice has.</summary>
    public static void Remove(JsonObject holder, ClassMapping parent, string name)
    {
        foreach (var property in holder.Select(member => member.Key).Where(key => ElementPlace.IsOf(parent, key, name)).ToList())
        {
            holder.Remove(property);
        }
    }

    public static void Move(JsonObject holder, ElementPlace child, int source, int destination)
    {
        foreach (var name in new[] { child.JsonName, child.ExtrasName })
        {
            if (holder[name] is not JsonArray list) continue;
            Fill(list, Count(holder, child));
            var item = list[source];
            list.RemoveAt(source);
            list.Insert(destination, item);
        }
    }

    private static string[] Names(FhirNode element) =>
        IsPrimitive(element) ? [element.JsonName!, "_" + element.JsonName] : [element.JsonName!];

    private static bool IsPrimitive(FhirNode element) => char.IsAsciiLetterLower(element.Type.Name[0]);

    private static void InsertAt(JsonObject holder, string name, int count, int at, JsonNode? value)
    {
        var list = List(holder, name);
        Fill(list, count);
        list.Insert(at, value);
    }

    private static JsonObject Member(JsonObject holder, string name)
    {
        if (holder[name] is not JsonObject member) holder[name] = member = [];
        return member;
    }

    private static JsonArray List(JsonObject holder, string name)
    {
        if (holder[name] is not JsonArray list) holder[name] = list = [];
        return list;
    }

    private static void Fill(JsonArray list, int count)
    {
        while (list.Count < count) list.Add(null);
    }
}
