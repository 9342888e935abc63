using FhirGateway.Json;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Formats;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Resources;

/// <summary>Attachments: the stated size is the size of what is attached.</summary>
internal sealed class AttachmentRule : Rule
{
    public override string Describe() => "size is the number of bytes in data";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        if (focus.Json.Integer("size") is not { } stated || focus.LongText("data") is not { } data) return;
        if (IdentifierFormats.Base64(data) is not null) return;
        var (length, padding) = (0, 0);
        foreach (var character in data)
        {
            if (!char.IsWhiteSpace(character)) length++;
            if (character == '=') padding++;
        }

        var actual = (length / 4 * 3) - padding;
        if (actual != stated) run.Report(DatatypeFindings.WrongSize(stated, actual), focus, demandedBy);
    }
}
