using System.Text.Json;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Resources;

/// <summary>Ids inside a resource: contained resources have one, and no two elements share one.</summary>
internal sealed class ElementIdRule : Rule
{
    public override string Describe() => "contained resources have ids, and no two elements have the same id";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        if (focus is { Name: "contained", Parent: not null } && focus.Text("id") is null)
        {
            run.Report(DatatypeFindings.ContainedWithoutId(), focus, demandedBy);
        }

        // A StructureDefinition names its elements alike in snapshot and differential.
        if (focus.Type == "StructureDefinition") return;
        HashSet<string>? seen = null;
        foreach (var member in focus.Json.EnumerateObject())
        {
            // A resource's own id, and those of resources inside, are not ids of elements.
            if (IsHolder(member.Value) && member.Name != "contained") Collect(member.Value, focus, ref seen, demandedBy, run);
        }
    }

    private static bool IsHolder(JsonElement json) => json.ValueKind is JsonValueKind.Object or JsonValueKind.Array;

    private static void Collect(JsonElement json, Focus resource, ref HashSet<string>? seen, string demandedBy, RuleRun run)
    {
        if (json.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in json.EnumerateArray())
            {
                if (IsHolder(item)) Collect(item, resource, ref seen, demandedBy, run);
            }

            return;
        }

        if (json.TryGetProperty("resourceType"u8, out _)) return;
        foreach (var member in json.EnumerateObject())
        {
            if (IsHolder(member.Value)) Collect(member.Value, resource, ref seen, demandedBy, run);
            else if (member.Value.ValueKind == JsonValueKind.String && member.NameEquals("id"u8))
            {
                var id = member.Value.GetString()!;
                if (!(seen ??= new(StringComparer.Ordinal)).Add(id)) run.Report(DatatypeFindings.IdGivenTwice(id), resource, demandedBy);
            }
        }
    }
}
