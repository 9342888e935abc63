using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Sandbox.Searching;
using FhirGateway.Sandbox.Store;

namespace FhirGateway.Sandbox.Writing;

/// <summary>What a request has written so far. Its <see cref="State"/> becomes the server's only when the whole request succeeds.</summary>
internal sealed class Workspace(StoreState state, string baseUrl, string requestId, DateTimeOffset now)
{
    private readonly List<ResourceVersion> _written = [];

    public StoreState State { get; private set; } = state;

    public string BaseUrl { get; } = baseUrl;

    public string NewId()
    {
        var id = State.NextId;
        State = State with { NextId = id + 1 };
        return id.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Stores a resource under an id. An unchanged one keeps its version. References are checked by <see cref="CheckReferences"/>,
    /// once all that belongs together is written.
    /// </summary>
    public (ResourceVersion Version, bool Changed) Write(string type, string id, JsonObject resource)
    {
        var stored = State.Find(type, id);
        var previous = stored?.LastLive?.Copy();
        var number = (stored?.Current.Version ?? 0) + 1;
        LiteralReferences.MakeLocal(resource, BaseUrl);
        var stamped = ResourceMeta.Stamp(resource, id, number, now, requestId, previous);
        if (stored is { Current.IsDeleted: false } && ResourceMeta.SameContent(previous!, stamped)) return (stored.Current, false);
        return (Add(new ResourceVersion(type, id, number, now, JsonSerializer.SerializeToElement(stamped))), true);
    }

    /// <summary>Writes the tombstone of a living resource.</summary>
    public ResourceVersion Bury(ResourceVersion live) => Add(new ResourceVersion(live.Type, live.Id, live.Version + 1, now, null));

    /// <summary>The living resources that a condition (<c>identifier=system|value</c>) matches now.</summary>
    public IReadOnlyList<ResourceVersion> Match(MatchUrl condition) => condition.Find(State);

    /// <summary>Replaces conditional references by what they match: exactly one, or the request fails (404, 412).</summary>
    public void ResolveConditionalReferences(JsonObject resource, Func<string, string?>? known = null)
    {
        foreach (var reference in LiteralReferences.In(resource))
        {
            var literal = LiteralReferences.Literal(reference);
            if (!LiteralReferences.IsConditional(literal)) continue;
            reference["reference"] = known?.Invoke(literal) ?? ResolveConditional(literal, inTransaction: known is not null);
        }
    }

    private string ResolveConditional(string literal, bool inTransaction)
    {
        var matches = Match(MatchUrl.Parse(literal));
        return matches.Count switch
        {
            1 => matches[0].Reference,
            0 => throw new SandboxException(404, $"HAPI-1091: Invalid match URL \"{literal}\" - No resources match this search"),
            _ => throw new SandboxException(412,
                $"HAPI-{(inTransaction ? "2207" : "1092")}: Invalid match URL \"{literal}\" - Multiple resources match this search"),
        };
    }

    /// <summary>
    /// Fails (400) when something written refers to what does not exist, and (409) when something deleted is still referred to.
    /// </summary>
    public void CheckReferences()
    {
        foreach (var version in _written.Where(IsCurrent))
        {
            if (version.IsDeleted) ReferenceIntegrity.RefuseDangling(State, version);
            else ReferenceIntegrity.CheckTargets(State, version);
        }
    }

    private bool IsCurrent(ResourceVersion version) => ReferenceEquals(State.Find(version.Type, version.Id)?.Current, version);

    private ResourceVersion Add(ResourceVersion version)
    {
        State = State.With(version);
        _written.Add(version);
        return version;
    }
}
