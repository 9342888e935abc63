using System.Collections.Concurrent;
using Hl7.Fhir.Model;
using Hl7.Fhir.Utility;

namespace FhirGateway.Sandbox.Searching;

/// <summary>
/// R4's search parameters as the FHIR SDK lists them, with the ones of every resource that it leaves out
/// (FHIR R4 search.html#all). The official list's DetectedIssue.status, DeviceDefinition.classification and
/// ServiceRequest.order-detail are in neither the SDK nor HAPI: R4 has no such elements.
/// </summary>
internal static class SearchParameters
{
    /// <summary>The name of the search by business identifier.</summary>
    public const string Identifier = "identifier";

    /// <summary>The name of the search by logical id.</summary>
    public const string Id = "_id";

    private static readonly SearchParamDefinition[] OfEveryResource =
    [
        Common(Id, SearchParamType.Token, "Resource.id"),
        Common("_lastUpdated", SearchParamType.Date, "Resource.meta.lastUpdated"),
        Common("_profile", SearchParamType.Uri, "Resource.meta.profile"),
        Common("_security", SearchParamType.Token, "Resource.meta.security"),
        Common("_source", SearchParamType.Uri, "Resource.meta.source"),
        Common("_tag", SearchParamType.Token, "Resource.meta.tag"),
    ];

    private static readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, SearchParamDefinition>> ByType =
        new(StringComparer.Ordinal);

    private static readonly IReadOnlyDictionary<string, SearchParamDefinition> Nothing = new Dictionary<string, SearchParamDefinition>();

    private static readonly Lazy<ILookup<string?, SearchParamDefinition>> ByResource = new(() =>
        ModelInfo.SearchParameters.ToLookup(parameter => parameter.Resource, StringComparer.Ordinal));

    /// <summary>The parameters of a resource type by name; none for a type that R4 does not have.</summary>
    public static IReadOnlyDictionary<string, SearchParamDefinition> For(string resourceType) =>
        ServedTypes.IsKnown(resourceType) ? ByType.GetOrAdd(resourceType, static type => Collect(type)) : Nothing;

    /// <summary>The resource types that a reference parameter may point at; none when it may point at any.</summary>
    public static IEnumerable<string> TargetTypes(this SearchParamDefinition parameter) =>
        (parameter.Target ?? []).Select(target => target.GetLiteral()!);

    private static Dictionary<string, SearchParamDefinition> Collect(string type) =>
        ByResource.Value[type].Concat(OfEveryResource).ToDictionary(parameter => parameter.Code!, StringComparer.Ordinal);

    private static SearchParamDefinition Common(string code, SearchParamType type, string expression) => new()
    {
        Resource = "Resource",
        Name = code,
        Code = code,
        Url = "http://hl7.org/fhir/SearchParameter/Resource-" + code[1..],
        Type = type,
        Expression = expression,
    };
}
