namespace FhirGateway.Mapping;

/// <summary>
/// The one spelling of a UUID. Its letters have no case (RFC 9562 §4), and FHIR writes them small: whatever tells messages, versions or
/// resources apart by a UUID is spelled here first.
/// </summary>
public static class Uuids
{
    /// <summary>A UUID in its usual spelling, in small letters; null when the text is something else.</summary>
    public static string? Find(string? text) => Guid.TryParseExact(text, "D", out var uuid) ? uuid.ToString("D") : null;

    /// <summary>A text as it is, but for a UUID's letters.</summary>
    public static string InOneSpelling(string text) => Find(text) ?? text;
}
