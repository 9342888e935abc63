using System.Text.RegularExpressions;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Output;

/// <summary>References to what belongs to the site.</summary>
internal static partial class SiteReferences
{
    /// <summary>A conditional reference in the source's identifier system: the server finds the one that has the identifier.</summary>
    /// <param name="kind">The kind whose system it is; the resource type unless said.</param>
    public static ResourceReference Conditional(string resourceType, string value, SourceSettings source, string? kind = null) =>
        new($"{resourceType}?{new Identity(source.SystemOf(kind ?? resourceType), value).Query}");

    /// <summary>
    /// A literal reference where the value is one (<c>Patient/1</c>), else a conditional one: for what the site itself registered.
    /// </summary>
    public static ResourceReference LiteralOrConditional(string resourceType, string value, SourceSettings source) =>
        IsLiteral(resourceType, value) ? new ResourceReference(value) : Conditional(resourceType, value, source);

    /// <summary>
    /// A literal reference to a type without its version, relative or absolute as it is; null when the reference is something else.
    /// </summary>
    public static string? LiteralTo(string resourceType, string? reference)
    {
        if (reference is null) return null;
        var unversioned = reference.Split("/_history/")[0];
        var parts = unversioned.Split('/');
        return parts.Length >= 2 && IsLiteral(resourceType, $"{parts[^2]}/{parts[^1]}") ? unversioned : null;
    }

    /// <summary>How the one resource that a reference names is found; null where it is named on another server, or by words only.</summary>
    public static ReferenceLookup? LookupOf(ResourceReference reference)
    {
        if (reference.Reference?.Split('?', 2) is not [var path, .. var query]) return null;
        if (query is [var condition]) return new ReferenceLookup(path, Identity.OfQuery(condition), null);
        return path.Split('/') is [var type, var id] && IsLiteral(type, path) ? new ReferenceLookup(type, null, id) : null;
    }

    private static bool IsLiteral(string resourceType, string value) =>
        value.StartsWith(resourceType + "/", StringComparison.Ordinal) && Literal().IsMatch(value);

    [GeneratedRegex(@"^[A-Za-z]+/[A-Za-z0-9\-.]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Literal();
}
