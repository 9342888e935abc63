using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.FhirPath;
using FhirGateway.Fhir.FhirPath.Syntax;
using FhirGateway.Fhir.Validation.Walking;

namespace FhirGateway.Fhir.Validation.Resources;

/// <summary>Search parameters: a readable expression, and no more bases than what they derive from.</summary>
internal static class SearchParameterRules
{
    public static void Check(Focus parameter, ValidationRun run)
    {
        if (parameter.Text("expression") is { Length: > 0 } expression)
        {
            try
            {
                // Not by Compile, which keeps what it compiled: nobody evaluates this one.
                Parser.Parse(expression);
            }
            catch (FhirPathException error)
            {
                run.Error("invalid", $"The expression is no FHIRPath: {error.Message}", parameter, parameter.Shape, "searchparameter-expression");
            }
        }

        if (parameter.Text("derivedFrom") is not { } origin || R4Definitions.SearchParameter(DefinitionSet.WithoutVersion(origin)) is not { } derivedFrom) return;
        foreach (var type in parameter.Json.Texts("base").Where(type => !derivedFrom.Base.Any(allowed => allowed == type || R4Definitions.IsSubtypeOf(type, allowed))))
        {
            run.Error("invalid", $"{Words.Shown(type)} is no base of {derivedFrom.Url}, from which this derives.", parameter, parameter.Shape, "searchparameter-base");
        }
    }
}
