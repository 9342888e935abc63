using System.Globalization;
using System.Text;
using FhirGateway.Testing;

namespace FhirGateway.Oracles.Tests;

/// <summary>
/// The table in docs/: for each group of resources how often an oracle's verdict is ours, and each difference under its reason.
/// After a wanted change: <c>FHIRGATEWAY_TEST_REGENERATE=1 dotnet test --project tests/Fhir/FhirGateway.Oracles.Tests</c>, then read
/// the diff.
/// </summary>
internal static class VerdictTable
{
    private static readonly string File = Path.Combine(Repository.Root, "docs/validator-verdicts.md");

    /// <summary>Fails when a difference has no reason, or when the group's section is not what the file says.</summary>
    public static void Check(string title, IReadOnlyList<Judged> group)
    {
        EveryDifferenceHasAReason(group);
        var section = Section(title, group);
        var text = System.IO.File.ReadAllText(File);
        var (start, end) = Place(text, title);
        if (Environment.GetEnvironmentVariable("FHIRGATEWAY_TEST_REGENERATE") == "1")
        {
            System.IO.File.WriteAllText(File, text[..start] + section + text[end..]);
            return;
        }

        Assert.Equal(text[start..end].TrimEnd('\n'), section.TrimEnd('\n'));
    }

    /// <summary>Fails with what both sides say when a difference has no reason.</summary>
    public static void EveryDifferenceHasAReason(IReadOnlyList<Judged> group)
    {
        var unexplained = new StringBuilder();
        foreach (var oracle in Enum.GetValues<Oracle>())
        {
            foreach (var (judged, theirs) in Differences(group, oracle))
            {
                if (Reason(oracle, (judged, theirs)) is not null) continue;
                unexplained.Append(CultureInfo.InvariantCulture, $"\n{oracle} {(theirs.IsValid ? "takes" : "refuses")} {judged.Name}");
                foreach (var error in judged.Ours.Errors.Concat(theirs.Errors)) unexplained.Append("\n   ").Append(error);
            }
        }

        Assert.True(unexplained.Length == 0, $"Verdicts that differ for no listed reason:{unexplained}");
    }

    private static string Section(string title, IReadOnlyList<Judged> group)
    {
        var text = new StringBuilder($"## {title}\n\n");
        text.Append("| | asked | our verdict | only we find errors | only it finds errors |\n|---|---|---|---|---|\n");
        foreach (var oracle in Enum.GetValues<Oracle>())
        {
            var asked = group.Count(judged => judged.Of(oracle) is not null);
            var differences = Differences(group, oracle).ToList();
            var missed = differences.Count(difference => difference.Theirs.IsValid);
            var (same, refused) = (asked - differences.Count, differences.Count - missed);
            text.Append(CultureInfo.InvariantCulture, $"| {oracle} | {asked} | {same} | {missed} | {refused} |\n");
        }

        foreach (var oracle in Enum.GetValues<Oracle>())
        {
            var byReason = Differences(group, oracle)
                .GroupBy(
                    difference => (difference.Theirs.IsValid, Why: Reason(oracle, difference)),
                    difference => difference.Judged.Name)
                .OrderBy(reason => reason.Key.IsValid).ThenBy(reason => reason.Key.Why, StringComparer.Ordinal);
            foreach (var reason in byReason)
            {
                var who = reason.Key.IsValid ? $"We refuse, {oracle} does not" : $"{oracle} refuses, we don't";
                text.Append(CultureInfo.InvariantCulture, $"\n**{who}**: {reason.Key.Why}.\n\n");
                foreach (var name in reason.Order(StringComparer.Ordinal)) text.Append(CultureInfo.InvariantCulture, $"- {name}\n");
            }
        }

        return text.Append('\n').ToString();
    }

    private static string? Reason(Oracle oracle, (Judged Judged, Verdict Theirs) difference) =>
        Reasons.Of(oracle, difference.Judged.Name, difference.Judged.Ours, difference.Theirs);

    private static IEnumerable<(Judged Judged, Verdict Theirs)> Differences(IReadOnlyList<Judged> group, Oracle oracle) =>
        group.Where(judged => judged.Of(oracle) is { } theirs && theirs.IsValid != judged.Ours.IsValid)
            .Select(judged => (judged, judged.Of(oracle)!));

    // The section's heading up to the next one, or the end of the file when it has none yet.
    private static (int Start, int End) Place(string text, string title)
    {
        var start = text.IndexOf($"## {title}\n", StringComparison.Ordinal);
        if (start < 0) return (text.Length, text.Length);
        var end = text.IndexOf("\n## ", start, StringComparison.Ordinal);
        return (start, end < 0 ? text.Length : end + 1);
    }
}
