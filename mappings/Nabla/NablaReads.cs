using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Rules;
using FhirGateway.Validation.Terminology;
using Hl7.Fhir.Model;

namespace FhirGateway.Mappings.Nabla;

/// <summary>How what the site registered is read.</summary>
internal static class NablaReads
{
    /// <summary>Families of templates, the first that fits counts: Nabla publishes names and adds to them.</summary>
    private static readonly (string Starts, string Ends, Concept? Kind)[] Templates =
    [
        ("EMERGENCY_", "", Loinc.EmergencyNote),
        ("", "_SOAP", Loinc.ProgressNote),
        ("GENERIC", "", Loinc.ProgressNote),
        ("GENERAL", "", Loinc.ProgressNote),
    ];

    /// <summary>A template's name as a kind of note: by its family, else as a whole; the name itself stays as text.</summary>
    public static Reader<CodeableConcept> Template(CodeMap others)
    {
        var names = new HeadingMap(others);
        return new(
            string.Join(", ", Templates.Select(t => $"{t.Starts}*{t.Ends} = {t.Kind}")) + $", else codes from {names.Ids}",
            value => ((FamilyOf(value.Text) ?? names.CodeOf(value.Text) ?? Loinc.Note) with { Text = value.Text }).ToCodeableConcept());
    }

    /// <summary>A locale by Nabla's word, or as a language tag itself.</summary>
    public static Reader<Code> Locale(CodeMap locales) => new($"codes from {locales.Id}, or a BCP 47 tag as it is", value =>
    {
        if (locales.FindListed(value.Text) is { } known) return new Code(known.Code);
        if (LanguageTags.Fault(value.Text) is null) return new Code(value.Text);
        value.Doubt("The locale is not known: the note is kept without its language.");
        return null;
    });

    private static Concept? FamilyOf(string template) =>
        Array.Find(Templates, family => Fits(template, family.Starts, family.Ends)).Kind;

    private static bool Fits(string template, string starts, string ends) =>
        template.StartsWith(starts, StringComparison.OrdinalIgnoreCase) && template.EndsWith(ends, StringComparison.OrdinalIgnoreCase);
}
