using System.Text.Encodings.Web;
using System.Text.Json;
using FhirGateway.Mapping.Codes;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Notes;

/// <summary>What goes into a section.</summary>
internal static class SectionText
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Words, or what an absence rule says of them. Nothing at all without a rule for it is shown as such: no section is ever empty.</summary>
    public static void Fill(NoteSection section, string words, Absence absence)
    {
        var rule = absence.Of(words) ?? (string.IsNullOrWhiteSpace(words) ? new AbsenceRule("", EmptyReason.Unavailable, "No content") : null);
        section.Text = rule?.ShownAs ?? words.Trim();
        section.EmptyReason = rule?.Reason;
    }

    /// <summary>Text as it is; all else as readable JSON.</summary>
    public static string Serialised(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        JsonValueKind.Object or JsonValueKind.Array => JsonSerializer.Serialize(value, Readable),
        _ => value.GetRawText(),
    };

    /// <summary>The vendor's key in LOINC where the map knows it, always beside the key itself, so that it can be told again.</summary>
    public static CodeableConcept? Code(CodeMap? codes, string key, string title)
    {
        var word = string.Join(' ', CleanText.Of(key).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (codes is null || word.Length == 0) return null;
        var concept = new CodeableConcept { Text = title };
        if (codes.Find(key) is { } known) concept.Coding.Add(known.ToCoding());
        concept.Coding.Add(new Coding(codes.SourceSystem, word));
        return concept;
    }
}
