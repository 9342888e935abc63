using FhirGateway.FhirPath.Nodes;

namespace FhirGateway.FhirPath.Functions;

/// <summary>subsumes and subsumedBy (FHIR R4, §2.9.1.3): whether a Coding or CodeableConcept is another, or lies above it.</summary>
internal static class SubsumptionFunctions
{
    public static readonly Function[] All =
    [
        new("subsumes", 1, 1, (in Call call) => Subsumes(call, isSubsumed: false)),
        new("subsumedBy", 1, 1, (in Call call) => Subsumes(call, isSubsumed: true)),
    ];

    // Any pair of one system may show it. Where none does and one can't be told, the answer is not known.
    private static Collection Subsumes(in Call call, bool isSubsumed)
    {
        if (call.Single() is not { } item || call.SingleArgument(0) is not { } argument) return Collection.Empty;
        var (above, below) = (Codes(item, call), Codes(argument, call));
        if (isSubsumed) (above, below) = (below, above);
        var (isComparable, isUnknown) = (false, false);
        foreach (var (system, ancestor) in above)
        {
            foreach (var (other, code) in below)
            {
                call.Charge(1);
                if (system != other) continue;
                isComparable = true;
                if (ancestor == code) return Collection.True;
                var verdict = call.Evaluation.Context.Subsumes?.Invoke(system, ancestor, code);
                if (verdict == true) return Collection.True;
                isUnknown |= verdict is null;
            }
        }

        if (!isComparable && above.Count > 0 && below.Count > 0)
        {
            throw call.Error($"Nothing is known between the codes of {above[0].System} and {below[0].System}");
        }

        return isUnknown || !isComparable ? Collection.Empty : Collection.False;
    }

    // A code without a system has no hierarchy to be in.
    private static List<(string System, string Code)> Codes(FhirNode node, in Call call)
    {
        var codings = new CollectionBuilder();
        if (node is ElementNode { Model.Name: "Coding" }) codings.Add(node);
        else if (node is ElementNode { Model.Name: "CodeableConcept" })
        {
            call.Evaluation.AddChildren(node, "coding", ref codings, call.Offset);
        }
        else throw call.Error($"Codings and CodeableConcepts subsume each other, not {node.Type}");
        var codes = new List<(string System, string Code)>();
        foreach (var coding in codings.ToCollection())
        {
            if (call.Evaluation.Text(coding, "system", call.Offset) is { } system
                && call.Evaluation.Text(coding, "code", call.Offset) is { } code)
            {
                codes.Add((system, code));
            }
        }

        return codes;
    }
}
