using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Resources;

/// <summary>Code systems: supplements say so, and properties are what they are declared to be.</summary>
internal static class CodeSystemRules
{
    private const int MaxNesting = 100;

    public static void Check(Focus system, ValidationRun run)
    {
        if (system.Text("supplements") is not null && system.Text("content") is not "supplement") run.Error("invalid", "A code system that supplements another must have the content 'supplement'.", system, system.Shape, "codesystem-supplement");
        var types = new Dictionary<string, string?>(StringComparer.Ordinal);
        var uris = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in ElementReader.Children(system, "property"))
        {
            var code = property.Text("code") ?? "";
            if (!types.TryAdd(code, property.Text("type"))) run.Error("invalid", $"The property '{Words.Shown(code)}' is declared twice.", property, property.Shape, "codesystem-property");
            if (property.Text("uri") is { } uri && !uris.Add(uri)) run.Error("invalid", $"Two properties have the uri {Words.Shown(uri)}.", property, property.Shape, "codesystem-property");
        }

        CheckConcepts(system, types, run, 0);
    }

    private static void CheckConcepts(Focus holder, Dictionary<string, string?> types, ValidationRun run, int nesting)
    {
        if (nesting > MaxNesting) return;
        foreach (var concept in ElementReader.Children(holder, "concept"))
        {
            foreach (var property in ElementReader.Children(concept, "property"))
            {
                if (property.Text("code") is not { } code || !types.TryGetValue(code, out var wanted) || wanted is null || TypedValue.Of(property.Json, "value") is not { } value) continue;
                if (value.Type != wanted && !(wanted == "Coding" && value.Type == "Coding")) run.Error("invalid", $"The property '{Words.Shown(code)}' is declared as {wanted}, but has a {value.Type}.", property, property.Shape, "codesystem-property");
            }

            CheckConcepts(concept, types, run, nesting + 1);
        }
    }
}
