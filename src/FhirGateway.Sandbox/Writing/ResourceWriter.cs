using System.Text.Json.Nodes;
using FhirGateway.Sandbox.Patching;
using FhirGateway.Sandbox.Searching;
using FhirGateway.Sandbox.Store;

namespace FhirGateway.Sandbox.Writing;

/// <summary>The write interactions of FHIR's REST API on a workspace, each with HAPI's answers.</summary>
internal sealed class ResourceWriter(Workspace workspace)
{
    /// <summary>Create, or conditional create when there is a condition (If-None-Exist).</summary>
    public WriteOutcome Create(string type, JsonObject resource, string? condition)
    {
        var match = condition is null ? null : MatchUrl.Parse(type, condition);
        var matches = match is null ? [] : workspace.Match(match);
        if (matches.Count > 1) throw TooMany("HAPI-0958", "CREATE", match!, matches.Count);
        if (matches.Count == 1) return Matched(matches[0], match!);

        workspace.ResolveConditionalReferences(resource);
        return Created(Written(type, workspace.NewId(), resource).Version, match);
    }

    /// <summary>Update under a client's id; creates what does not exist.</summary>
    public WriteOutcome Update(string type, string id, JsonObject resource, string? ifMatch)
    {
        CheckVersion(type, ResourceIds.Checked(id), ifMatch);
        workspace.ResolveConditionalReferences(resource);
        return Updated(type, id, resource);
    }

    /// <summary>
    /// Update of what the condition matches; creates when nothing does, and then the resource must match the condition itself.
    /// </summary>
    public WriteOutcome ConditionalUpdate(string type, JsonObject resource, string condition, string? ifMatch)
    {
        var match = MatchUrl.Parse(type, condition);
        var matches = workspace.Match(match);
        if (matches.Count > 1) throw TooMany("HAPI-0988", "UPDATE", match, matches.Count);
        workspace.ResolveConditionalReferences(resource);
        if (matches.Count == 1)
        {
            CheckVersion(type, matches[0].Id, ifMatch);
            return UpdatedMatch(type, matches[0].Id, resource, match);
        }

        var version = Written(type, workspace.NewId(), resource).Version;
        return match.Matches(workspace.State, version) ? CreatedByUpdate(version, match)
            : throw SandboxException.BadRequest(
                $"HAPI-0929: Failed to process conditional create. The supplied resource {match.Text} of type {type} did not satisfy "
                    + "the conditional URL.");
    }

    public WriteOutcome Delete(string type, string id)
    {
        switch (workspace.State.Find(type, id)?.Current)
        {
            case null:
                return new(200, null, StorageResponse.DeleteNotFound, $"Not deleted, resource {type}/{id} does not exist.", false);
            case { IsDeleted: true } gone:
                return new(200, gone, StorageResponse.DeleteAlready,
                    $"Not deleted, resource {gone.VersionedReference} was already deleted.", false);
            case var live:
                return new(200, workspace.Bury(live), StorageResponse.Delete, "Successfully deleted 1 resource(s).", true);
        }
    }

    public WriteOutcome ConditionalDelete(string type, string condition)
    {
        var match = MatchUrl.Parse(type, condition);
        var matches = workspace.Match(match);
        return matches.Count switch
        {
            0 => new(200, null, StorageResponse.DeleteNotFound,
                $"Unable to find resource matching URL \"{match.Text}\". Nothing has been deleted.", false),
            1 => Delete(type, matches[0].Id),
            _ => throw TooMany("HAPI-0962", "DELETE", match, matches.Count),
        };
    }

    public WriteOutcome Patch(string type, string id, JsonObject parameters, string? ifMatch)
    {
        var current = workspace.State.Find(type, id)?.Current ?? throw SandboxException.NotKnown(type, id);
        CheckVersion(type, id, ifMatch);
        var (version, changed) = Patched(current, parameters);
        return changed
            ? new(200, version, StorageResponse.Patch, $"Successfully patched resource \"{version.VersionedReference}\".", true)
            : new(200, version, StorageResponse.PatchNoChange,
                $"Successfully patched resource \"{version.VersionedReference}\" with no changes detected.", false);
    }

    public WriteOutcome ConditionalPatch(string type, JsonObject parameters, string condition, string? ifMatch)
    {
        var match = MatchUrl.Parse(type, condition);
        var matches = workspace.Match(match);
        if (matches.Count == 0)
        {
            throw new SandboxException(404, $"HAPI-0973: Invalid match URL \"{match.Text}\" - No resources match this search");
        }
        if (matches.Count > 1) throw TooMany("HAPI-0972", "PATCH", match, matches.Count);
        CheckVersion(type, matches[0].Id, ifMatch);
        var (version, changed) = Patched(matches[0], parameters);
        return changed
            ? new(200, version, StorageResponse.ConditionalPatch,
                $"Successfully conditionally patched resource. Existing resource {version.VersionedReference} matched URL: "
                    + $"{match.Text}.", true)
            : new(200, version, StorageResponse.ConditionalPatchNoChange,
                "Successfully conditionally patched resource with no changes detected. Existing resource "
                    + $"{version.VersionedReference} matched URL: {match.Text}.", false);
    }

    public static WriteOutcome Created(ResourceVersion version, MatchUrl? match) => match is null
        ? new(201, version, StorageResponse.Create, $"Successfully created resource \"{version.VersionedReference}\".", true)
        : new(201, version, StorageResponse.CreateNoMatch,
            $"Successfully conditionally created resource \"{version.VersionedReference}\". No existing resources matched URL "
                + $"\"{match.Sent}\".", true);

    public static WriteOutcome CreatedByUpdate(ResourceVersion version, MatchUrl match) =>
        new(201, version, StorageResponse.UpdateNoMatch,
            $"Successfully conditionally updated resource \"{version.VersionedReference}\". Created resource because no existing "
                + $"resource matched URL \"{match.Text}\".", true);

    public static WriteOutcome Matched(ResourceVersion existing, MatchUrl match) =>
        new(200, existing, StorageResponse.CreateMatch,
            $"Successfully conditionally created resource \"{existing.VersionedReference}\". Existing resource matched URL "
                + $"\"{match.Sent}\".", false);

    public WriteOutcome UpdatedMatch(string type, string id, JsonObject resource, MatchUrl match)
    {
        var (version, changed) = Written(type, id, resource);
        return changed
            ? new(200, version, StorageResponse.UpdateMatch,
                $"Successfully conditionally updated resource \"{version.VersionedReference}\". Existing resource matched URL "
                    + $"\"{match.Text}\".", true)
            : new(200, version, StorageResponse.UpdateMatchNoChange,
                $"Successfully conditionally updated resource \"{version.VersionedReference}\" with no changes detected. Existing "
                    + $"resource matched URL \"{match.Text}\".", false);
    }

    public WriteOutcome Updated(string type, string id, JsonObject resource)
    {
        var isNew = workspace.State.FindLive(type, id) is null;
        if (workspace.State.Find(type, id) is null) ResourceIds.RefuseNumeric(id);
        var (version, changed) = Written(type, id, resource);
        if (isNew)
        {
            return new(201, version, StorageResponse.UpdateAsCreate,
                $"Successfully created resource \"{version.VersionedReference}\" using update as create (ie. create with client "
                    + "assigned ID).", true);
        }
        return changed
            ? new(200, version, StorageResponse.Update, $"Successfully updated resource \"{version.VersionedReference}\".", true)
            : new(200, version, StorageResponse.UpdateNoChange,
                $"Successfully updated resource \"{version.VersionedReference}\" with no changes detected.", false);
    }

    /// <summary>Fails with HAPI's 409 when a living resource is no longer at the version the client has seen.</summary>
    public void CheckVersion(string type, string id, string? ifMatch)
    {
        if (ifMatch is null || workspace.State.FindLive(type, id) is not { } live) return;
        var expected = EntityTag.Version(ifMatch);
        if (expected == live.Version.ToString(System.Globalization.CultureInfo.InvariantCulture)) return;
        throw new SandboxException(409,
            $"HAPI-0550: HAPI-0989: Trying to update {type}/{id}/_history/{expected} but this is not the current version");
    }

    private (ResourceVersion Version, bool Changed) Patched(ResourceVersion current, JsonObject parameters)
    {
        if (current.Content is not { } content)
        {
            throw new SandboxException(410, $"Resource was deleted at {Instants.Format(current.LastUpdated)}");
        }
        JsonObject patched;
        try
        {
            patched = FhirPathPatch.Apply(content, parameters);
        }
        catch (FhirPathPatchException problem)
        {
            throw SandboxException.BadRequest("HAPI-1267: [" + problem.Message + "]");
        }

        workspace.ResolveConditionalReferences(patched);
        return Written(current.Type, current.Id, ReceivedResource.Checked(patched));
    }

    private (ResourceVersion Version, bool Changed) Written(string type, string id, JsonObject resource) =>
        workspace.Write(type, id, resource);

    private static SandboxException TooMany(string code, string verb, MatchUrl match, int count) =>
        new(412, $"{code}: Failed to {verb} {match.Type} with match URL \"{match.Sent}\" because this search matched {count} resources");
}
