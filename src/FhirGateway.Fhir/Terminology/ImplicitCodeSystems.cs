using FhirGateway.Fhir.FhirPath.Ucum;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Code systems that are grammars or standards rather than lists: whether a code is well formed is all that can be told without their tables.</summary>
internal static class ImplicitCodeSystems
{
    /// <summary>UCUM units.</summary>
    public const string Ucum = "http://unitsofmeasure.org";

    /// <summary>BCP 47 language tags.</summary>
    public const string Languages = "urn:ietf:bcp:47";

    /// <summary>BCP 13 media types.</summary>
    public const string MediaTypes = "urn:ietf:bcp:13";

    /// <summary>The answer for a code of such a system; null when the system is none of them.</summary>
    public static CodeAnswer? Check(string system, string code) => system switch
    {
        Ucum => UcumParser.Parse(code) is not null ? CodeAnswer.Yes : CodeAnswer.No($"'{code}' is no UCUM unit"),
        Languages => IsLanguage(code) ? CodeAnswer.Yes : CodeAnswer.No($"'{code}' is no BCP 47 language tag"),
        MediaTypes => IsMediaType(code) ? CodeAnswer.Yes : CodeAnswer.No($"'{code}' is no media type"),
        _ => null,
    };

    private static bool IsLanguage(string code)
    {
        var parts = code.Split('-');
        if (parts[0].Length is not (2 or 3) && parts[0] is not ("x" or "i")) return false;
        return parts.All(part => part.Length is > 0 and <= 8 && part.All(char.IsAsciiLetterOrDigit)) && parts[0].All(char.IsAsciiLetter);
    }

    private static bool IsMediaType(string code)
    {
        var slash = code.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < code.Length - 1 && code.All(character => character is > ' ' or ' ' and < '\u007f');
    }
}
