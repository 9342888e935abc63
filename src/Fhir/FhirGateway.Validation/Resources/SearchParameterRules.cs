using FhirGateway.FhirPath;
using FhirGateway.FhirPath.Types;
using FhirGateway.Json;
using FhirGateway.Validation.Definitions;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Resources;

/// <summary>Search parameters: a readable expression, and no more bases than what they derive from.</summary>
internal static class SearchParameterRules
{
    public static void Check(Focus parameter, ValidationRun run)
    {
        if (parameter.Text("expression") is { Length: > 0 } expression)
        {
            try
            {
                // Not Compile, which keeps what it compiled: nobody evaluates this one.
                FhirPathExpression.Parse(expression);
            }
            catch (FhirPathException error)
            {
                run.Error("invalid", $"The expression is no FHIRPath: {error.Message}", parameter, parameter.Shape, "searchparameter-expression");
            }
        }

        if (parameter.Text("derivedFrom") is not { } origin || R4SearchParameters.Find(DefinitionSet.WithoutVersion(origin)) is not { } derivedFrom) return;
        foreach (var type in parameter.Json.Texts("base").Where(type => !derivedFrom.Base.Any(allowed => allowed == type || R4Types.IsSubtypeOf(type, allowed))))
        {
            run.Error("invalid", $"{Words.Shown(type)} is no base of {derivedFrom.Url}, from which this derives.", parameter, parameter.Shape, "searchparameter-base");
        }
    }
}
