using System.Text.Json;
using FhirGateway.Json;

namespace FhirGateway.FhirPath.Types;

/// <summary>An R4 SearchParameter: what may be asked of a server, and the FHIRPath that finds the searched values.</summary>
/// <param name="Url">Canonical url.</param>
/// <param name="Code">The name used in a search, such as <c>identifier</c>.</param>
/// <param name="Type">number, date, string, token, reference, composite, quantity, uri or special.</param>
/// <param name="Base">The resource types it searches.</param>
/// <param name="Expression">FHIRPath over the resource; null for the few special ones without.</param>
/// <param name="Target">The types a reference parameter may point at.</param>
/// <param name="Components">Of a composite: each part's parameter (canonical url) and its expression.</param>
public sealed record SearchParameterDefinition(
    string Url,
    string Code,
    string Type,
    IReadOnlyList<string> Base,
    string? Expression,
    IReadOnlyList<string> Target,
    IReadOnlyList<SearchParameterComponent> Components)
{
    /// <summary>Reads a SearchParameter resource.</summary>
    public static SearchParameterDefinition Parse(JsonElement json) => new(
        json.Text("url")!,
        json.Text("code")!,
        json.Text("type")!,
        json.Texts("base"),
        json.Text("expression"),
        json.Texts("target"),
        [.. json.Items("component").Select(
            component => new SearchParameterComponent(component.Text("definition")!, component.Text("expression")!))]);
}

/// <summary>
/// A part of a composite search parameter: the parameter's canonical url, and where it applies within the composite's result.
/// </summary>
public sealed record SearchParameterComponent(string Definition, string Expression);
