using FhirGateway.Validation.Findings;

namespace FhirGateway.Validation.Formats;

/// <summary>id, code, oid, uuid and base64Binary.</summary>
internal static class IdentifierFormats
{
    public static Finding? Id(string text)
    {
        if (text.Length > 64) return FormatFindings.IdTooLong(text.Length);
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '.')) return FormatFindings.NotAnId(text);
        }

        return null;
    }

    public static Finding? Code(string text)
    {
        if (text[0] is ' ' || text[^1] is ' ') return FormatFindings.CodeHasOuterSpaces(text);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsWhiteSpace(text[i]) && (text[i] != ' ' || text[i + 1] == ' ')) return FormatFindings.CodeHasWhiteSpace(text);
        }

        return null;
    }

    public static Finding? Oid(string text)
    {
        const string prefix = "urn:oid:";
        var isOid = text.StartsWith(prefix, StringComparison.Ordinal) && IsOid(text.AsSpan(prefix.Length));
        return isOid ? null : FormatFindings.NotAnOid(text);
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

    public static Finding? Uuid(string text)
    {
        const string prefix = "urn:uuid:";
        var isUuid = text.StartsWith(prefix, StringComparison.Ordinal) && IsUuid(text.AsSpan(prefix.Length));
        return isUuid ? null : FormatFindings.NotAUuid(text);
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

    public static Finding? Base64(string text)
    {
        var (length, padding) = (0, 0);
        foreach (var character in text)
        {
            if (char.IsWhiteSpace(character)) continue;
            if (character == '=') padding++;
            else if (padding > 0 || !IsBase64(character)) return FormatFindings.NotBase64();
            length++;
        }

        return length % 4 == 0 && padding <= 2 ? null : FormatFindings.Base64IsCut();
    }

    private static bool IsBase64(char character) => char.IsAsciiLetterOrDigit(character) || character is '+' or '/';
}
