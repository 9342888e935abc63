using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Json;
using FhirGateway.Settings;
using Hl7.Fhir.Model;

namespace FhirGateway.Destination;

/// <summary>
/// Writes what has an identifier as the destination's strategy says. A translation asks for a conditional update on the gateway's own
/// identifier; where the destination can't do that, or not exactly, the entry is rewritten.
/// </summary>
/// <param name="at">Where the destination is configured.</param>
internal sealed class IdentifiedWrites(FhirServer destination, string at)
{
    /// <summary>Rewrites the conditional updates of a bundle.</summary>
    /// <returns>What becomes of the delivery instead; null where it can go on.</returns>
    /// <exception cref="FhirRequestException">No answer came.</exception>
    public async Task<Outcome?> WriteAsync(
        Bundle bundle, Choice<WritesSetting> strategy, bool ignoresCase, CancellationToken cancellationToken)
    {
        var (writes, isConfigured) = (strategy.Is, strategy.Because == Choice.Configured);
        if (writes == WritesSetting.Conditional && !ignoresCase) return null;
        if (writes == WritesSetting.CreatesOnly && bundle.Entry.Find(SendPlan.Ends) is { } ends)
            return Refused($"this version ends {ends.Request!.Url}, which is there");
        foreach (var entry in bundle.Entry)
        {
            if (entry.Request?.Method != Bundle.HTTPVerb.PUT || Condition.Parse(entry.Request.Url) is not { } condition) continue;
            var stopped = writes switch
            {
                WritesSetting.ClientIds => PutToOwnId(entry, condition),
                WritesSetting.CreatesOnly => await CreateOnlyAsync(entry, condition, cancellationToken),
                _ => await LookUpAsync(entry, condition, isConfigured && writes == WritesSetting.LookedUp, cancellationToken),
            };
            if (stopped is not null) return stopped;
        }

        return null;
    }

    // The same identity always gets the same id. Of letters that differ in case only, it makes two.
    private static Outcome? PutToOwnId(Bundle.EntryComponent entry, Condition condition)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(condition.Text));
        entry.Resource!.Id = new Guid(hash.AsSpan(0, 16), bigEndian: true).ToString("D");
        entry.Request!.Url = $"{condition.Type}/{entry.Resource.Id}";
        return null;
    }

    /// <summary>
    /// Where searches ignore case, a conditional write would hit what only looks alike: each goes to what is exactly its own, or is
    /// created.
    /// </summary>
    private async Task<Outcome?> LookUpAsync(
        Bundle.EntryComponent entry, Condition condition, bool isConfigured, CancellationToken cancellationToken)
    {
        var found = await destination.FindAsync(condition, cancellationToken);
        if (found.Matches is not [])
        {
            if (found.One(condition) is not ({ } own, _)) return found.One(condition).Stopped;
            entry.Resource!.Id = Json.Text(own, "id");
            entry.Request!.Url = $"{condition.Type}/{entry.Resource.Id}";
            if (isConfigured) entry.Request.IfMatch = VersionTag(own);
        }
        else if (found.Others > 0)
        {
            // The tag has no letters that case could change.
            ClientIds.Tag(entry, HashOf(Encoding.UTF8.GetBytes(condition.Text)), null);
        }
        else if (isConfigured)
        {
            Create(entry, condition);
        }

        return null;
    }

    /// <summary>Sent again, it finds itself by a tag that no other version has.</summary>
    private async Task<Outcome?> CreateOnlyAsync(Bundle.EntryComponent entry, Condition condition, CancellationToken cancellationToken)
    {
        var version = HashOf(ResourceJson.Write(entry.Resource!));
        var found = await destination.FindAsync(condition, cancellationToken);
        if (found.Matches is null) return DestinationRefusals.OfSearch(found.Answer);
        if (found.Matches.Any(match => !ClientIds.HasTag(match, version)))
            return Refused($"it holds {condition.Readable} already, which this version changes");
        if (found is { Matches: [], Others: > 0 }) return Refused($"its searches take another resource for {condition.Readable}");
        Create(entry, condition);
        ClientIds.AddTag(entry.Resource!, version);
        return null;
    }

    /// <summary>An entity tag of the version that was read, for <c>ifMatch</c>; null when the resource names none.</summary>
    public static string? VersionTag(JsonElement resource) =>
        Json.Property(resource, "meta") is { } meta && Json.Text(meta, "versionId") is { Length: > 0 } version ? $"W/\"{version}\"" : null;

    private static void Create(Bundle.EntryComponent entry, Condition condition)
    {
        entry.Request!.Method = Bundle.HTTPVerb.POST;
        entry.Request.Url = condition.Type;
        entry.Request.IfNoneExist = condition.Text[(condition.Type.Length + 1)..];
    }

    private Dead Refused(string what)
    {
        var reason = $"{at}:Strategy:Writes is CreatesOnly, and {what}: change it there by hand, or let it take updates";
        return new Dead(reason, OutcomeJson.Text(Problem.Error("not-supported", reason)));
    }

    private static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..32];
}
