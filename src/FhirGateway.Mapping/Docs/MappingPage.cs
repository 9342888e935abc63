using System.Globalization;
using System.Text;
using FhirGateway.Mapping.Proofs;

namespace FhirGateway.Mapping.Docs;

/// <summary>
/// A vendor's definition as a page for people: what its folder's MAPPING.md holds. Made from the rules themselves, so it can't tell
/// otherwise.
/// </summary>
public static class MappingPage
{
    /// <summary>The whole page, in Markdown.</summary>
    public static string Of(VendorDefinition vendor)
    {
        var page = new StringBuilder();
        page.Append($"# {vendor.Title}\n\nGenerated from the rules in this folder; a test fails when it differs. Regenerate: "
            + "`FHIRGATEWAY_TEST_REGENERATE=1 dotnet test --project tests/FhirGateway.Mappings.Tests`.\n");
        Receiving(page, vendor);
        foreach (var rule in vendor.Events) Event(page, rule);
        return page.ToString();
    }

    private static void Receiving(StringBuilder page, VendorDefinition vendor)
    {
        page.Append(
            CultureInfo.InvariantCulture,
            $"\n## Receiving\n\n- Longest body: {vendor.MaxBodyBytes / 1024} KiB; longest list in it: {vendor.MaxItems} items\n");
        page.Append($"- Identifier systems that a source may name: {string.Join(", ", vendor.SystemKinds)}\n");
        foreach (var policy in vendor.Policies)
            page.Append($"- Policy `{policy.Name}`: {string.Join(" or ", policy.Values)}; {policy.Default} unless said\n");
        if (vendor.CorrelationMembers is { Count: > 0 } members)
            page.Append($"- Correlations hold `{members[0]}`, and may hold {string.Join(", ", members.Skip(1).Select(Code))}\n");
        if (vendor.MaxElements is { } most) page.Append(
            CultureInfo.InvariantCulture, $"- One event per item of the body; at most {most}\n");
        page.Append($"- Proof needed "
            + $"({(vendor.ProofsNeeded == ProofsNeeded.Every ? "every one" : "any one")}):"
                + $" {string.Join("; ", vendor.Proofs.Select(proof => proof.InWords))}\n\n");
        Table(page, ["verdict", "status", "body"], Enum.GetValues<Verdict>().Select(verdict =>
        {
            var (status, body) = vendor.AnswerInWords(verdict);
            return new[] { verdict.ToString(), $"{status}", body is null ? "" : $"`{body}`" };
        }));
    }

    private static void Event(StringBuilder page, EventRule rule)
    {
        page.Append($"\n## Event `{rule.Type}`\n");
        page.Append($"\n- Recognised: {Or(string.Join("; ", rule.RecognisedBy), "whatever no other kind recognises")}\n");
        if (rule.ItemsAt is { } items) page.Append(
            CultureInfo.InvariantCulture, $"- One event per item of `{items}`; at most {rule.MaxEvents}\n");
        page.Append($"- The same event when these are the same: {string.Join(", ", rule.SameBy)}\n");
        foreach (var why in rule.OwesNothing) page.Append($"- Recorded, but owes no delivery: {why}\n");
        if (rule.Mapping is ResourceMapping { Items.Pointer: var apart })
            page.Append($"- An item of `{apart}` that lacks what is required, or has a word that no rule knows, goes out by itself: it "
                + "waits or fails alone\n");
        if (rule.Answer is { } answer) page.Append(
            CultureInfo.InvariantCulture, $"- Answered {answer.Status}{(answer.Body is null ? "" : $" `{answer.Body}`")}\n");
        if (rule.Mapping is not { } mapping) return;
        if (mapping.Category is { } category) page.Append($"- Category of its documents: `{category}`; a source may add others\n");
        if (mapping.Labels.Count > 0)
        {
            page.Append($"- Security labels: {string.Join(", ", mapping.Labels.Select(label => $"{label.Code} ({label.Text})"))}\n");
        }

        if (mapping is DocumentMapping { TakesKeysInAnyCase: true })
        {
            page.Append("- Keys are found whatever their case and the blanks around them\n");
        }

        if (mapping is DocumentMapping) page.Append("- What no rule knows is in the note, under its own key\n");
        page.Append('\n');
        Table(
            page, ["source", "", "target", "how", "because"],
            mapping.Rows.Select(row => new[] { Code(row.Source), row.Action, Code(row.Target), row.How, row.Because ?? "" }));
        if (mapping is DocumentMapping { Absences.Count: > 0 } document)
        {
            page.Append("\n### Phrases that mean no content\n\nOnly a whole value counts, whatever its case and spaces.\n\n");
            Table(
                page, ["phrase", "shown as", "emptyReason"],
                document.Absences.Select(a => new[] { a.Phrase.Length == 0 ? "(empty or null)" : a.Phrase, a.ShownAs, a.Reason.Code }));
        }

        if (mapping is DocumentMapping { Negations.Count: > 0 } listing)
            page.Append($"\n### Phrases that name nothing\n\nAnswers that stay in the note; as an item of a list they make no "
                + $"resource: {string.Join(", ", listing.Negations)}.\n");

        foreach (var map in mapping.CodeMaps)
        {
            page.Append($"\n### Codes `{map.Id}`\n\n");
            var rows = map.Words.Select(word => new[] { word.Word, word.Meaning?.ToString() ?? $"none: {word.Comment}" });
            Table(page, ["vendor's word", "code"], map.Unmapped is { } other ? rows.Append(["(any other)", other.ToString()]) : rows);
        }

        if (mapping.SharedCodeMaps.Count > 0)
            page.Append($"\n### Shared codes\n\n[CODES.md](../CODES.md) has what all vendors share: "
                + $"{string.Join(", ", mapping.SharedCodeMaps.Select(map => Code(map.Id)))}.\n");
    }

    internal static void Table(StringBuilder page, string[] head, IEnumerable<string[]> rows)
    {
        Row(page, head);
        Row(page, [.. head.Select(_ => "---")]);
        foreach (var row in rows) Row(page, [.. row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' '))]);
    }

    private static void Row(StringBuilder page, string[] cells) => page.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;

    private static string Code(string text) => text.Length == 0 ? "" : $"`{text}`";
}
