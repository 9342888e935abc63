using System.Text.Json;

namespace FhirGateway.Generator.Model;

/// <summary>
/// The enums of the model: one for each value set that a code is required to come from and whose codes the definitions list.
/// A value set used by one type is nested in it, a shared one stands by itself, as in the Firely SDK.
/// Value sets without a list of codes (MIME types, currencies) stay plain codes.
/// </summary>
public sealed class EnumReader
{
    private readonly Dictionary<string, JsonElement> _valueSets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement> _codeSystems = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<string>> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ModelEnum?> _enums = new(StringComparer.Ordinal);

    public EnumReader(DefinitionsPackage package, IEnumerable<JsonElement> structures)
    {
        foreach (var resource in package.Resources("valuesets.json").Concat(package.Resources("v3-codesystems.json")))
        {
            var known = resource.GetProperty("resourceType").GetString() switch
            {
                "ValueSet" => _valueSets,
                "CodeSystem" => _codeSystems,
                _ => null,
            };
            known?.TryAdd(resource.GetProperty("url").GetString()!, resource);
        }

        foreach (var structure in structures)
        {
            var owner = Names.Class(structure.GetProperty("type").GetString()!);
            foreach (var url in structure.GetProperty("snapshot").GetProperty("element").EnumerateArray()
                .Where(element => element.GetProperty("path").GetString() == element.GetProperty("base").GetProperty("path").GetString())
                .Select(RequiredValueSet).OfType<string>())
            {
                if (!_users.TryGetValue(url, out var users)) _users[url] = users = new(StringComparer.Ordinal);
                users.Add(owner);
            }
        }
    }

    /// <summary>The enums asked for so far, by value set.</summary>
    public IEnumerable<ModelEnum> Enums => _enums.Values.OfType<ModelEnum>().OrderBy(e => e.Reference, StringComparer.Ordinal);

    /// <summary>The enum that an element of type code is bound to; null when it is a plain code.</summary>
    public ModelEnum? For(JsonElement element)
    {
        if (RequiredValueSet(element) is not { } url) return null;
        if (!_enums.TryGetValue(url, out var found)) _enums[url] = found = Read(url, element.GetProperty("path").GetString()!);
        return found;
    }

    private static string? RequiredValueSet(JsonElement element) =>
        element.TryGetProperty("binding", out var binding)
        && binding.GetProperty("strength").GetString() == "required"
        && binding.TryGetProperty("valueSet", out var valueSet)
        && element.GetProperty("type").EnumerateArray().Any(type => type.GetProperty("code").GetString() == "code")
            ? valueSet.GetString()!.Split('|')[0]
            : null;

    private ModelEnum? Read(string url, string path)
    {
        if (!_valueSets.TryGetValue(url, out var valueSet)) return null;
        var compose = valueSet.GetProperty("compose");
        if (compose.TryGetProperty("exclude", out _)) return null;

        var values = new List<ModelEnumValue>();
        foreach (var include in compose.GetProperty("include").EnumerateArray())
        {
            if (include.TryGetProperty("filter", out _) || include.TryGetProperty("valueSet", out _)) return null;
            var system = include.GetProperty("system").GetString()!;
            var listed = include.TryGetProperty("concept", out var concepts);
            if (!listed && !(_codeSystems.TryGetValue(system, out var codeSystem) && codeSystem.TryGetProperty("concept", out concepts))) return null;
            Add(concepts, system, values);
        }

        var users = _users[url];
        var summary = valueSet.TryGetProperty("description", out var description) ? description.GetString()! : valueSet.GetProperty("name").GetString()!;
        var name = Names.Enum(valueSet.GetProperty("name").GetString()!);
        // An enum can't be called like the property beside it: VerificationResult's value set is called "status" too.
        if (name == Names.Capitalised(path.Split('.')[^1])) name = path.Split('.')[0] + name;
        return new ModelEnum(name, users.Count == 1 ? users.Min : null, summary, url, values);
    }

    private static void Add(JsonElement concepts, string system, List<ModelEnumValue> values)
    {
        foreach (var concept in concepts.EnumerateArray())
        {
            var code = concept.GetProperty("code").GetString()!;
            var display = concept.TryGetProperty("display", out var text) ? text.GetString() : null;
            if (values.All(value => value.Code != code)) values.Add(new(Distinct(Names.EnumValue(code, display), values), code, system, display));
            if (concept.TryGetProperty("concept", out var children)) Add(children, system, values);
        }
    }

    /// <summary>Two codes may differ in case or punctuation only; the later one is numbered.</summary>
    private static string Distinct(string name, List<ModelEnumValue> values)
    {
        var distinct = name;
        for (var number = 2; values.Any(value => value.Name == distinct); number++) distinct = $"{name}{number}";
        return distinct;
    }
}
