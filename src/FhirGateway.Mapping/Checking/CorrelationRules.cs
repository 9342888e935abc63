using System.Text.Json;
using FhirGateway.Mapping.Json;

namespace FhirGateway.Mapping.Checking;

/// <summary>The rules of what a site registers for a source under a key: checked as strictly as what a vendor sends.</summary>
public static class CorrelationRules
{
    private const int MaxItems = 100;

    /// <summary>What is wrong with a correlation.</summary>
    /// <param name="vendor">The vendor of its source.</param>
    /// <param name="body">The bytes as received.</param>
    /// <param name="root">The correlation; undefined when it could not be read.</param>
    /// <returns>
    /// <see cref="Verdict.Stored"/> without problems, <see cref="Verdict.Malformed"/> or <see cref="Verdict.Invalid"/> with them.
    /// </returns>
    public static (Verdict Verdict, IReadOnlyList<Problem> Problems) Check(
        VendorDefinition vendor, ReadOnlyMemory<byte> body, out JsonElement root)
    {
        ArgumentNullException.ThrowIfNull(vendor);
        root = default;
        var members = vendor.CorrelationMembers;
        if (members.Count == 0)
            return (
                Verdict.Invalid,
                [Problem.Error("not-supported", $"{vendor.Title} needs no correlation: its messages say whom they are about.", "")]);
        if (StrictJson.Read(body, toleratesDuplicateKeys: false, MaxItems, out root) is { } unreadable)
        {
            return (Verdict.Malformed, [unreadable]);
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            return (Verdict.Malformed, [Problem.Error("structure", "A correlation is a JSON object.", "")]);
        }

        List<Problem> problems = [.. root.EnumerateObject().Select(member => Wrong(member, members)).OfType<Problem>()];
        if (JsonPointer.Find(root, "/" + members[0]) is not { ValueKind: not JsonValueKind.Null })
            problems.Insert(
                0, Problem.Error("required", $"/{members[0]} is required: without it no note finds its chart.", $"/{members[0]}"));
        return (problems.Count == 0 ? Verdict.Stored : Verdict.Invalid, problems);
    }

    private static Problem? Wrong(JsonProperty member, IReadOnlyList<string> members)
    {
        var pointer = JsonPointer.Append("", member.Name);
        if (!members.Contains(member.Name))
            return Problem.Error("not-supported", $"A correlation has no such member: it may hold {string.Join(", ", members)}.", pointer);
        if (member.Value.ValueKind == JsonValueKind.Null) return null;
        return EnvelopeRules.IdFlaw(member.Value) is { } flaw ? Problem.Error("value", $"{pointer} {flaw}.", pointer) : null;
    }
}
