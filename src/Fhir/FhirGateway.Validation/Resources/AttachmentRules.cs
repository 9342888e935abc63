using FhirGateway.Json;
using FhirGateway.Validation.Primitives;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Resources;

/// <summary>Attachments: the stated size is the size of what is attached.</summary>
internal static class AttachmentRules
{
    public static void Check(Focus focus, ValidationRun run)
    {
        if (focus.Json.Integer("size") is not { } stated || focus.LongText("data") is not { } data || IdentifierFormats.Base64(data) is not null) return;
        var (length, padding) = (0, 0);
        foreach (var character in data)
        {
            if (!char.IsWhiteSpace(character)) length++;
            if (character == '=') padding++;
        }

        var actual = (length / 4 * 3) - padding;
        if (actual != stated) run.Error("value", $"size says {stated} bytes, but data holds {actual}.", focus, focus.Shape, "attachment-size");
    }
}
