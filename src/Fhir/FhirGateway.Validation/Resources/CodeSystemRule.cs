using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Resources;

/// <summary>Code systems: supplements say so, and properties are what they are declared to be.</summary>
internal sealed class CodeSystemRule : Rule
{
    private const int MaxNesting = 100;

    public override string Describe() => "says so when it is a supplement, and gives properties the types it declares";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        if (focus.Text("supplements") is not null && focus.Text("content") is not "supplement")
        {
            run.Report(DefinitionFindings.SupplementMustSaySo(), focus, demandedBy);
        }

        var types = new Dictionary<string, string?>(StringComparer.Ordinal);
        var uris = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in focus.Children("property"))
        {
            var code = property.Text("code") ?? "";
            if (!types.TryAdd(code, property.Text("type")))
            {
                run.Report(DefinitionFindings.PropertyDeclaredTwice(code), property, demandedBy);
            }

            if (property.Text("uri") is { } uri && !uris.Add(uri))
            {
                run.Report(DefinitionFindings.PropertyUriTwice(uri), property, demandedBy);
            }
        }

        CheckConcepts(focus, types, demandedBy, run, 0);
    }

    private static void CheckConcepts(Focus holder, Dictionary<string, string?> types, string demandedBy, RuleRun run, int nesting)
    {
        if (nesting > MaxNesting) return;
        foreach (var concept in holder.Children("concept"))
        {
            foreach (var property in concept.Children("property"))
            {
                if (property.Text("code") is not { } code || types.GetValueOrDefault(code) is not { } declared) continue;
                if (TypedValue.Of(property.Json, "value") is not { } value || value.Type == declared) continue;
                run.Report(DefinitionFindings.PropertyOfWrongType(code, declared, value.Type), property, demandedBy);
            }

            CheckConcepts(concept, types, demandedBy, run, nesting + 1);
        }
    }
}
