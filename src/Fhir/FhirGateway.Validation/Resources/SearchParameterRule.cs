using FhirGateway.FhirPath;
using FhirGateway.FhirPath.Types;
using FhirGateway.Json;
using FhirGateway.Validation.Definitions;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Resources;

/// <summary>Search parameters: a readable expression, and no more bases than what they derive from.</summary>
internal sealed class SearchParameterRule : Rule
{
    public override string Describe() => "has a valid FHIRPath expression, and only bases of what it derives from";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        if (focus.Text("expression") is { Length: > 0 } expression)
        {
            try
            {
                // Not Compile, which keeps what it compiled: nobody evaluates this one.
                FhirPathExpression.Parse(expression);
            }
            catch (FhirPathException error)
            {
                run.Report(DefinitionFindings.SearchExpression(error.Message), focus, demandedBy);
            }
        }

        if (focus.Text("derivedFrom") is not { } origin) return;
        if (R4SearchParameters.Find(DefinitionSet.WithoutVersion(origin)) is not { } derivedFrom) return;
        foreach (var type in focus.Json.Texts("base"))
        {
            if (derivedFrom.Base.Any(allowed => allowed == type || R4Types.IsSubtypeOf(type, allowed))) continue;
            run.Report(DefinitionFindings.SearchBase(type, derivedFrom.Url), focus, demandedBy);
        }
    }
}
