namespace FhirGateway.Validation.Findings;

/// <summary>What was found, in the order it was found in, up to a limit.</summary>
/// <param name="max">How many are listed; at most half of them are less than errors, so that these never crowd errors out.</param>
internal sealed class IssueList(int max)
{
    private readonly List<(ValidationIssue Issue, int Offset)> _issues = [];
    private int _unlisted;
    private IssueSeverity _worstUnlisted;

    /// <summary>Whether one more of a severity is listed; one that is not is counted.</summary>
    public bool Takes(IssueSeverity severity)
    {
        if (_issues.Count < (severity >= IssueSeverity.Error ? max : max / 2)) return true;
        _unlisted++;
        if (severity > _worstUnlisted) _worstUnlisted = severity;
        return false;
    }

    /// <param name="offset">Where in the text, in bytes from the resource's first; -1 for what concerns no place.</param>
    public void Add(ValidationIssue issue, int offset) => _issues.Add((issue, offset));

    /// <summary>
    /// All that was found, with lines and columns. When there was too much, the last says how many are not listed, and is as severe
    /// as the worst of them.
    /// </summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="first">Where in the text the resource begins.</param>
    public IReadOnlyList<ValidationIssue> ToList(ReadOnlySpan<byte> text, int first)
    {
        if (_issues.Count == 0) return [];
        var found = TextPositions.Resolve(_issues, text, first);
        if (_unlisted == 0) return found;
        var rest = LimitFindings.NotListed(_unlisted, _worstUnlisted);
        return [.. found, new ValidationIssue(rest.Severity, rest.Code, rest.Text, null, null, rest.Rule)];
    }
}
