using FhirGateway.Validation.Findings;

namespace FhirGateway.Validation.Formats;

/// <summary>uri, url and canonical.</summary>
internal static class UriFormats
{
    public static Finding? Check(string text, string type)
    {
        foreach (var character in text)
        {
            if (char.IsWhiteSpace(character)) return FormatFindings.UriHasWhiteSpace(text, type);
        }

        if (text.StartsWith("urn:uuid:", StringComparison.Ordinal)) return Uuid(text["urn:uuid:".Length..]);
        return text.StartsWith("urn:oid:", StringComparison.Ordinal) ? IdentifierFormats.Oid(text) : null;
    }

    private static Finding? Uuid(string text)
    {
        var end = text.AsSpan().IndexOfAny('|', '#');
        var uuid = end < 0 ? text : text[..end];
        return IdentifierFormats.IsUuid(uuid) ? null : FormatFindings.NotAUuid("urn:uuid:" + text);
    }
}
