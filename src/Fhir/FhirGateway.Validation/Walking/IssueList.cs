namespace FhirGateway.Validation.Walking;

/// <summary>What was found, in the order it was found in, up to a limit.</summary>
/// <param name="max">How many are listed; at most half of them are less than errors, so that these never crowd errors out.</param>
internal sealed class IssueList(int max)
{
    private readonly List<ValidationIssue> _issues = [];
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

    public void Add(ValidationIssue issue) => _issues.Add(issue);

    /// <summary>All that was found; the last says how many are not listed, when there were too many, and is as severe as the worst of them.</summary>
    public IReadOnlyList<ValidationIssue> ToList() => _unlisted == 0
        ? _issues
        : [.. _issues, new ValidationIssue(_worstUnlisted, "too-costly", $"{_unlisted} further issues are not listed: mend these first.", null, null, "limits")];
}
