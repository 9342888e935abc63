using System.Text.RegularExpressions;
using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Json;
using FhirGateway.Mapping.Rules;
using Hl7.Fhir.Model;

namespace FhirGateway.Mappings.Metriport;

/// <summary>
/// Which codings of a document's type are believed. A code that contradicts its own words could file a patient under a disease, so SNOMED
/// CT
/// codes count only where they are known to name a record artifact, LOINC's where they are well formed, and no others.
/// </summary>
internal static partial class MetriportCodings
{
    private const string Snomed = "http://snomed.info/sct";

    /// <summary>
    /// SNOMED CT record artifacts, as Switzerland's EPR value set of document types lists them (eHealth Suisse, DocumentEntry.typeCode).
    /// </summary>
    private static readonly HashSet<string> RecordArtifacts =
    [
        "184216000", // Patient record type
        "371525003", // Clinical procedure report
        "371526002", // Operative report
        "371528001", // Pathology report
        "371529009", // History and physical report
        "371530004", // Clinical consultation report
        "371532007", // Progress report
        "371537001", // Consent report
        "371538006", // Advance directive report
        "373942005", // Discharge summary
        "445300006", // Emergency department record
        "721912009", // Medication summary document
        "722446000", // Allergy record
        "734163000", // Care plan
        "41000179103", // Immunization record
        "4201000179104", // Imaging report
        "4241000179101", // Laboratory report
    ];

    /// <summary>Codes seen from Metriport whose meaning contradicts the words beside them, with what they mean.</summary>
    private static readonly Dictionary<string, string> Contradicted = new(StringComparer.Ordinal)
    {
        ["62479008"] = "Acquired immune deficiency syndrome (disorder)", // SNOMED GPS 2020-09-30; shown as "Diagnoses"
    };

    /// <summary>
    /// The coding, if it is believed. Its display is left out: displays change between versions, and the type's text stays.
    /// </summary>
    public static Reader<Coding> Checked { get; } = new("only codes known to name a kind of document", value =>
    {
        var (system, code) = (SystemOf(JsonPointer.FindText(value.Json, "/system")), JsonPointer.FindText(value.Json, "/code"));
        if (string.IsNullOrWhiteSpace(system) || string.IsNullOrWhiteSpace(code)) return null;
        if (IsBelieved(system, code)) return new Coding(system, code);
        value.Doubt(system == Snomed && Contradicted.TryGetValue(code, out var meaning)
            ? $"The SNOMED CT code {code} means \"{meaning}\" and contradicts a document's type: the text is kept, the code is not."
            : "A code that is not known to name a kind of document: the text is kept, the code is not.");
        return null;
    }, takesAnything: true);

    /// <summary>The words beside a code.</summary>
    public static Reader<string> Display { get; } = new("display", value =>
        JsonPointer.FindText(value.Json, "/display") is { } display && !string.IsNullOrWhiteSpace(display)
            ? display.Trim()
            : null, takesAnything: true);

    // Networks name code systems by their OIDs, with or without the URN's prefix; R4's page of terminologies gives their URIs.
    private static string? SystemOf(string? named) => named?.Trim() switch
    {
        { } oid when oid.StartsWith("urn:oid:", StringComparison.OrdinalIgnoreCase) => SystemOf(oid["urn:oid:".Length..]),
        "2.16.840.1.113883.6.1" => Loinc.System,
        "2.16.840.1.113883.6.96" => Snomed,
        var other => other,
    };

    private static bool IsBelieved(string system, string code) => system switch
    {
        Snomed => RecordArtifacts.Contains(code),
        Loinc.System => LoincNumber().IsMatch(code) && HasLoincCheckDigit(code),
        _ => false,
    };

    // Mod 10, as LOINC's users' guide (appendix C) defines it.
    private static bool HasLoincCheckDigit(string code)
    {
        var digits = code[..^2];
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            if (i % 2 == 0) digit *= 2;
            sum += digit > 9 ? digit - 9 : digit;
        }

        return (10 - (sum % 10)) % 10 == code[^1] - '0';
    }

    [GeneratedRegex(@"^[0-9]{1,7}-[0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex LoincNumber();
}
