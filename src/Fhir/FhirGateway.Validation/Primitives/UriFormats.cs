using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Primitives;

/// <summary>uri, url and canonical.</summary>
internal static class UriFormats
{
    public static string? Check(string text, string type)
    {
        foreach (var character in text)
        {
            if (char.IsWhiteSpace(character)) return $"'{Words.Shown(text)}' is no {type}: it must not hold white space.";
        }

        if (text.StartsWith("urn:uuid:", StringComparison.Ordinal)) return Uuid(text["urn:uuid:".Length..]);
        if (text.StartsWith("urn:oid:", StringComparison.Ordinal)) return IdentifierFormats.IsOid(text.AsSpan("urn:oid:".Length)) ? null : $"'{Words.Shown(text)}' is no OID: write it like urn:oid:1.2.3.4.5.";
        return null;
    }

    private static string? Uuid(string text)
    {
        var end = text.AsSpan().IndexOfAny('|', '#');
        var uuid = end < 0 ? text : text[..end];
        return IdentifierFormats.IsUuid(uuid) ? null : $"'{Words.Shown("urn:uuid:" + text)}' is no UUID: write it like urn:uuid:c757873d-ec9a-4326-a141-556f43239520.";
    }
}
