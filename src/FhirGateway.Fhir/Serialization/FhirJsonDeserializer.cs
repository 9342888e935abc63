using System.Diagnostics.CodeAnalysis;
using System.Text;
using FhirGateway.Fhir.Model;

namespace FhirGateway.Fhir.Serialization;

/// <summary>
/// Reads FHIR JSON (R4, section 2.6.2) strictly: an unknown element, a wrong JSON type, an empty or doubled property is an issue with its
/// place, so that nothing of a text can vanish unseen. A code that its required value set lacks is kept and is no issue here.
/// </summary>
public static class FhirJsonDeserializer
{
    /// <summary>JSON levels that a text may be nested; each level of FHIR elements takes one or two.</summary>
    public const int DefaultMaxDepth = 128;

    /// <exception cref="FhirJsonException">The text breaks a rule; all issues are listed.</exception>
    public static T Deserialize<T>(ReadOnlySpan<byte> json, int maxDepth = DefaultMaxDepth)
        where T : Base =>
        TryDeserialize<T>(json, out var value, out var issues, maxDepth) ? value : throw new FhirJsonException(issues);

    /// <inheritdoc cref="Deserialize{T}(ReadOnlySpan{byte}, int)"/>
    public static T Deserialize<T>(string json, int maxDepth = DefaultMaxDepth)
        where T : Base => Deserialize<T>(Encoding.UTF8.GetBytes(json), maxDepth);

    /// <summary>
    /// Reads what can be read. True when there is no issue; otherwise <paramref name="value"/> holds what was understood, or null when
    /// that is nothing, and <paramref name="issues"/> what was not.
    /// </summary>
    public static bool TryDeserialize<T>(
        ReadOnlySpan<byte> json, [MaybeNullWhen(false)] out T value, out IReadOnlyList<FhirJsonIssue> issues, int maxDepth = DefaultMaxDepth)
        where T : Base
    {
        if (json.StartsWith("\uFEFF"u8)) json = json[3..];
        var reader = new FhirJsonReader(json, maxDepth);
        value = reader.Root<T>();
        issues = reader.Issues;
        return value is not null && issues.Count == 0;
    }

    /// <inheritdoc cref="TryDeserialize{T}(ReadOnlySpan{byte}, out T, out IReadOnlyList{FhirJsonIssue}, int)"/>
    public static bool TryDeserialize<T>(
        string json, [MaybeNullWhen(false)] out T value, out IReadOnlyList<FhirJsonIssue> issues, int maxDepth = DefaultMaxDepth)
        where T : Base => TryDeserialize(Encoding.UTF8.GetBytes(json), out value, out issues, maxDepth);
}
