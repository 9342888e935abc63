using System.Text.RegularExpressions;
using FhirGateway.Fhir.Model;

namespace FhirGateway.Mapping.Output;

/// <summary>References to what belongs to the site.</summary>
internal static partial class References
{
    /// <summary>A conditional reference in the source's identifier system: the server finds the one that has the identifier.</summary>
    public static ResourceReference Conditional(string resourceType, string value, SourceSettings source) =>
        new($"{resourceType}?{new Identity(source.SystemOf(resourceType), value).Query}");

    /// <summary>A literal reference where the value is one (<c>Patient/1</c>), else a conditional one: for what the site itself registered.</summary>
    public static ResourceReference LiteralOrConditional(string resourceType, string value, SourceSettings source) =>
        IsLiteral(resourceType, value) ? new ResourceReference(value) : Conditional(resourceType, value, source);

    /// <summary>The relative form of a literal reference to a type; null when the reference is something else.</summary>
    public static string? Relative(string resourceType, string? reference)
    {
        if (reference is null) return null;
        var parts = reference.Split('/');
        var relative = parts.Length < 2 ? "" : $"{parts[^2]}/{parts[^1]}";
        return IsLiteral(resourceType, relative) ? relative : null;
    }

    private static bool IsLiteral(string resourceType, string value) =>
        value.StartsWith(resourceType + "/", StringComparison.Ordinal) && Literal().IsMatch(value);

    [GeneratedRegex(@"^[A-Za-z]+/[A-Za-z0-9\-.]{1,64}$", RegexOptions.CultureInvariant)]
    private static partial Regex Literal();
}
