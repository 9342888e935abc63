using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Primitives;

/// <summary>id, code, oid, uuid and base64Binary.</summary>
internal static class IdentifierFormats
{
    public static string? Id(string text)
    {
        if (text.Length > 64) return $"The id has {text.Length} characters, but at most 64 are allowed.";
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '.')) return $"'{Words.Shown(text)}' is no id: only A-Z, a-z, 0-9, '-' and '.' are allowed.";
        }

        return null;
    }

    public static string? Code(string text)
    {
        if (text[0] is ' ' || text[^1] is ' ') return $"'{Words.Shown(text)}' is no code: remove the spaces around it.";
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsWhiteSpace(text[i]) && (text[i] != ' ' || text[i + 1] == ' ')) return $"'{Words.Shown(text)}' is no code: it may hold single spaces only.";
        }

        return null;
    }

    public static string? Oid(string text)
    {
        const string prefix = "urn:oid:";
        return text.StartsWith(prefix, StringComparison.Ordinal) && IsOid(text.AsSpan(prefix.Length)) ? null : $"'{Words.Shown(text)}' is no OID: write it like urn:oid:1.2.3.4.5.";
    }

    public static bool IsOid(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] is < '0' or > '2') return false;
        var parts = 0;
        foreach (var range in text.Split('.'))
        {
            var part = text[range];
            if (part.IsEmpty || part.Length > 1 && part[0] == '0' || part.ContainsAnyExceptInRange('0', '9')) return false;
            parts++;
        }

        return parts > 1;
    }

    public static string? Uuid(string text)
    {
        const string prefix = "urn:uuid:";
        return text.StartsWith(prefix, StringComparison.Ordinal) && IsUuid(text.AsSpan(prefix.Length)) ? null : $"'{Words.Shown(text)}' is no UUID: write it like urn:uuid:c757873d-ec9a-4326-a141-556f43239520.";
    }

    public static bool IsUuid(ReadOnlySpan<char> text)
    {
        if (text.Length != 36) return false;
        for (var i = 0; i < text.Length; i++)
        {
            if (i is 8 or 13 or 18 or 23 ? text[i] != '-' : !char.IsAsciiHexDigit(text[i])) return false;
        }

        return true;
    }

    public static string? Base64(string text)
    {
        var (length, padding) = (0, 0);
        foreach (var character in text)
        {
            if (char.IsWhiteSpace(character)) continue;
            if (character == '=') padding++;
            else if (padding > 0 || !char.IsAsciiLetterOrDigit(character) && character is not ('+' or '/')) return "The text is no base64: it holds a character that base64 does not have.";
            length++;
        }

        return length % 4 == 0 && padding <= 2 ? null : "The text is no base64: its length, padding included, is no multiple of 4.";
    }
}
