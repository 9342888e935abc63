using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using FhirGateway.Json;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Formats;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Resources;

/// <summary>Attachments: the stated size and SHA-1 hash are those of what is attached.</summary>
internal sealed class AttachmentRule : Rule
{
    // Of SHA-1, in bytes.
    private const int HashLength = 20;
    private const int CharactersPerStep = 8;

    public override string Describe() => "size is the number of bytes in data, and hash is their SHA-1";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        var data = focus.LongText("data") is { } text && IdentifierFormats.Base64(text) is null ? text : null;
        if (data is not null && focus.Json.Integer("size") is { } stated) CheckSize(focus, stated, data, demandedBy, run);
        if (focus.Text("hash") is { } hash && IdentifierFormats.Base64(hash) is null) CheckHash(focus, Bytes(hash), data, demandedBy, run);
    }

    private static void CheckSize(Focus focus, int stated, string data, string demandedBy, RuleRun run)
    {
        var (length, padding) = (0, 0);
        foreach (var character in data)
        {
            if (!char.IsWhiteSpace(character)) length++;
            if (character == '=') padding++;
        }

        var actual = (length / 4 * 3) - padding;
        if (actual != stated) run.Report(DatatypeFindings.WrongSize(stated, actual), focus, demandedBy);
    }

    [SuppressMessage("Security", "CA5350", Justification = "R4 defines Attachment.hash as SHA-1; it detects damage, and proves nothing.")]
    private static void CheckHash(Focus focus, byte[] hash, string? data, string demandedBy, RuleRun run)
    {
        if (hash.Length != HashLength)
        {
            // Without the data nobody is misled by it: US Core's own example has such a placeholder.
            var severity = data is null ? IssueSeverity.Warning : IssueSeverity.Error;
            run.Report(DatatypeFindings.HashHasWrongLength(hash.Length, severity), focus, demandedBy);
            return;
        }

        if (data is null) return;
        run.Charge(data.Length / CharactersPerStep, focus);
        var actual = SHA1.HashData(Bytes(data));
        if (!hash.AsSpan().SequenceEqual(actual)) run.Report(DatatypeFindings.WrongHash(Convert.ToBase64String(actual)), focus, demandedBy);
    }

    // Convert passes over blanks, but not over all that FHIR's base64 may hold.
    private static byte[] Bytes(string base64) =>
        Convert.FromBase64String(string.Concat(base64.Where(character => !char.IsWhiteSpace(character))));
}
