using FhirGateway.FhirPath.Ucum;

namespace FhirGateway.Validation.Terminology;

/// <summary>
/// Code systems that are grammars or standards rather than lists: what a code must look like tells, for languages with the registry of
/// their parts.
/// </summary>
internal static class ImplicitCodeSystems
{
    /// <summary>UCUM units.</summary>
    public const string Ucum = "http://unitsofmeasure.org";

    /// <summary>BCP 47 language tags.</summary>
    public const string Languages = "urn:ietf:bcp:47";

    /// <summary>BCP 13 media types.</summary>
    public const string MediaTypes = "urn:ietf:bcp:13";

    /// <summary>The answer for a code of such a system; null when the system is not one of them.</summary>
    public static CodeAnswer? Check(string system, string code) => system switch
    {
        Ucum => UcumCodes.Contains(code) ? CodeAnswer.Yes : CodeAnswer.No($"'{code}' is not a UCUM unit"),
        Languages => LanguageTags.Fault(code) is { } fault
            ? CodeAnswer.No($"'{code}' is not a BCP 47 language tag ({fault})")
            : CodeAnswer.Yes,
        MediaTypes => IsMediaType(code) ? CodeAnswer.Yes : CodeAnswer.No($"'{code}' is not a media type"),
        _ => null,
    };

    private static bool IsMediaType(string code)
    {
        var slash = code.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < code.Length - 1 && code.All(character => character is > ' ' or ' ' and < '\u007f');
    }
}
