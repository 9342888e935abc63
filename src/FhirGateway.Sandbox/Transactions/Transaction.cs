using System.Text.Json.Nodes;
using FhirGateway.Sandbox.Writing;

namespace FhirGateway.Sandbox.Transactions;

/// <summary>
/// A transaction bundle: all or nothing, in HAPI's order – deletions, creations, updates, patches, reads – with conditions
/// and placeholders resolved first.
/// </summary>
internal sealed class Transaction(Workspace workspace, IReadOnlyList<TransactionEntry> entries)
{
    private readonly Substitutions _substitutions = new();
    private readonly ResourceWriter _writer = new(workspace);

    /// <summary>Executes all writes; the entries carry their outcomes.</summary>
    /// <returns>The entries that are answered: one that repeats another's condition under a fullUrl of its own is not.</returns>
    public IReadOnlyList<TransactionEntry> Write()
    {
        var answered = WithoutDuplicates();
        foreach (var entry in answered.Where(entry => entry.Method == "DELETE"))
        {
            entry.Outcome = entry.Id is { } id ? _writer.Delete(entry.Type, id) : _writer.ConditionalDelete(entry.Type, entry.Url);
        }

        var written = answered.Where(entry => entry.Method == "POST").Concat(answered.Where(entry => entry.Method == "PUT")).ToList();
        foreach (var entry in written) Locate(entry);
        foreach (var entry in written.Where(entry => entry is not { Method: "POST", IsMatched: true })) Fill(entry.Resource!);
        foreach (var entry in written) entry.Outcome = Write(entry);
        foreach (var entry in written) CheckCondition(entry);

        foreach (var entry in answered.Where(entry => entry.Method == "PATCH"))
        {
            _substitutions.Fill(entry.Resource!);
            entry.Outcome = entry.Condition is null
                ? _writer.Patch(entry.Type, entry.Id!, entry.Resource!, entry.IfMatch)
                : _writer.ConditionalPatch(entry.Type, entry.Resource!, entry.Url, entry.IfMatch);
        }

        workspace.CheckReferences();
        return answered;
    }

    private List<TransactionEntry> WithoutDuplicates()
    {
        var kept = new List<TransactionEntry>();
        var conditions = new Dictionary<string, TransactionEntry>(StringComparer.Ordinal);
        var fullUrls = new HashSet<string>(StringComparer.Ordinal);
        var targets = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (entry is { Condition: { } condition, Method: "POST" or "PUT" })
            {
                if (conditions.TryGetValue(entry.Method + condition.Text, out var first))
                {
                    if (entry.FullUrl is null || first.FullUrl is null)
                    {
                        throw SandboxException.BadRequest(
                            "HAPI-2008: Unable to process Transaction - Request contains multiple anonymous entries "
                                + $"(Bundle.entry.fullUrl not populated) with conditional URL: \"{condition.Text}\". Does transaction "
                                + "request contain duplicates?");
                    }

                    _repeated.Add((entry, first));
                    continue;
                }

                conditions[entry.Method + condition.Text] = entry;
            }

            if (entry.Placeholder is { } placeholder && !fullUrls.Add(placeholder))
            {
                throw SandboxException.BadRequest($"HAPI-0534: Transaction bundle contains multiple resources with ID: {placeholder}");
            }
            if (entry is { Method: "PUT", Id: { } id } && !targets.Add($"{entry.Type}/{id}"))
            {
                throw SandboxException.BadRequest($"HAPI-0535: Transaction bundle contains multiple resources with ID: {entry.Type}/{id}");
            }
            kept.Add(entry);
        }

        return kept;
    }

    private readonly List<(TransactionEntry Entry, TransactionEntry First)> _repeated = [];

    private void Locate(TransactionEntry entry)
    {
        var matches = entry.Condition is { } condition ? workspace.Match(condition) : [];
        if (matches.Count > 1)
        {
            throw new SandboxException(412, entry.Method == "POST"
                ? $"HAPI-0958: Failed to CREATE {entry.ResourceType} with match URL \"{entry.Condition!.Sent}\" because this search "
                    + $"matched {matches.Count} resources"
                : $"HAPI-2207: Invalid match URL \"{entry.Condition!.Text}\" - Multiple resources match this search");
        }

        entry.IsMatched = matches.Count == 1;
        entry.TargetId = entry.IsMatched ? matches[0].Id
            : entry.Condition is { } wanted
                && _substitutions.Conditional(wanted.Text) is { } made ? made[(made.IndexOf('/', StringComparison.Ordinal) + 1)..]
            : entry is { Method: "PUT", Id: { } id } ? ResourceIds.Checked(id)
            : workspace.NewId();
        _substitutions.Add(entry);
        foreach (var (repeated, first) in _repeated)
        {
            if (ReferenceEquals(first, entry)) _substitutions.Add(entry, repeated.FullUrl);
        }
    }

    private void Fill(JsonObject resource)
    {
        _substitutions.Fill(resource);
        workspace.ResolveConditionalReferences(resource, _substitutions.Conditional);
    }

    private WriteOutcome Write(TransactionEntry entry)
    {
        var (type, id) = (entry.ResourceType, entry.TargetId!);
        if (entry.Method == "POST")
        {
            if (entry.IsMatched) return ResourceWriter.Matched(workspace.State.FindLive(type, id)!, entry.Condition!);
            return ResourceWriter.Created(workspace.Write(type, id, entry.Resource!).Version, entry.Condition);
        }

        if (entry.Id is not null || entry.IsMatched) _writer.CheckVersion(type, id, entry.IfMatch);
        if (entry.Condition is not { } condition) return _writer.Updated(type, id, entry.Resource!);
        return entry.IsMatched || workspace.State.FindLive(type, id) is not null
            ? _writer.UpdatedMatch(type, id, entry.Resource!, condition)
            : ResourceWriter.CreatedByUpdate(workspace.Write(type, id, entry.Resource!).Version, condition);
    }

    // A condition that fails to find the resource just made would make a double the next time.
    private void CheckCondition(TransactionEntry entry)
    {
        if (entry is not { Condition: { } condition, IsMatched: false }) return;
        if (!condition.Matches(workspace.State, workspace.State.FindLive(condition.Type, entry.TargetId!)!))
        {
            throw new SandboxException(412,
                $"HAPI-0539: Invalid conditional URL \"{condition.Sent}\". The given resource is not matched by this URL.");
        }

        if (workspace.Match(condition).Count > 1)
        {
            throw SandboxException.BadRequest(
                "HAPI-0542: Unable to process Transaction - Request would cause multiple resources to match URL: "
                    + $"\"{condition.Text}\". Does transaction request contain duplicates?");
        }
    }
}
