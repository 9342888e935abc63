using System.Text.Json;
using FhirGateway.Mapping.Json;
using Hl7.Fhir.Model;

namespace FhirGateway.Destination;

/// <summary>
/// Holds what a server says that it wrote against what was sent: a resource of another type, another id than the request named, or none at
/// all means that something else was done, whatever the status. Doubts are logged, so they name types only.
/// </summary>
internal sealed class AnsweredEntries(FhirServer destination)
{
    /// <summary>Each entry as it is known to be on the destination; or why the answer does not show that.</summary>
    /// <param name="answered">One for each entry that was sent, or none when the server listed none.</param>
    /// <param name="readsBack">
    /// Looks whether what is named is there and refers to no placeholder: a server that does entries one by one may name what it never
    /// wrote.
    /// </param>
    /// <exception cref="FhirRequestException">No answer came to a question about what was written.</exception>
    public async Task<(IReadOnlyList<EntryOutcome> Entries, string? Doubt)> ConfirmAsync(
        IReadOnlyList<Bundle.EntryComponent> sent,
        IReadOnlyList<EntryOutcome> answered,
        bool readsBack,
        CancellationToken cancellationToken)
    {
        var confirmed = new List<EntryOutcome>();
        for (var i = 0; i < sent.Count; i++)
        {
            var outcome = i < answered.Count ? answered[i] : new EntryOutcome(i, null, null, []);
            var (location, doubt) = await LocateAsync(sent[i], outcome, cancellationToken);
            if (readsBack && location is not null) doubt = await DoubtAsync(location, sent[i], sent, cancellationToken);
            if (doubt is not null) return ([], doubt);
            confirmed.Add(outcome with { Location = location });
        }

        return (confirmed, null);
    }

    private async Task<(ResourceLocation? Location, string? Doubt)> LocateAsync(
        Bundle.EntryComponent sent, EntryOutcome outcome, CancellationToken cancellationToken)
    {
        var url = sent.Request?.Url ?? "";
        var query = sent.Request?.IfNoneExist;
        var condition = Condition.Parse(query is null ? url : $"{url}?{query.TrimStart('?')}");
        var named = condition is null ? ResourceLocation.Parse(url) : null;
        if (outcome.Location is { } said)
        {
            var fits = named is null ? said.Type == (condition?.Type ?? url) : (said.Type, said.Id) == (named.Type, named.Id);
            var sentType = condition?.Type ?? named?.Type ?? url;
            if (!fits) return (null, $"it names a {said.Type} where {(named is null ? "a" : "another")} {sentType} was sent");
            named = said;
        }

        // An id that the request named is known without the server's word, and what a condition names can be looked for.
        if (named is not null)
        {
            if (outcome.Succeeded) return (named, null);
            var read = await destination.ReadAsync(named, cancellationToken);
            return !read.IsSuccess ? (null, $"the {named.Type} is not there")
                : IsPatched(sent, read) ? (named, null)
                : (null, $"the {named.Type} is as it was");
        }

        if (condition is null) return (null, $"it says nothing of a new {url}");
        return (await destination.FindAsync(condition, cancellationToken)).Matches switch
        {
            [var only] => (new ResourceLocation(condition.Type, Json.Text(only, "id")!, null), null),
            [] => (null, $"the {condition.Type} is not there"),
            _ => (null, $"the {condition.Type} can't be told from others"),
        };
    }

    private async Task<string?> DoubtAsync(
        ResourceLocation location,
        Bundle.EntryComponent entry,
        IReadOnlyList<Bundle.EntryComponent> sent,
        CancellationToken cancellationToken)
    {
        var read = await destination.ReadAsync(location, cancellationToken);
        if (read is not { IsSuccess: true, Resource: { } resource }) return $"the {location.Type} it names is not there";
        if (!IsPatched(entry, read)) return $"the {location.Type} it names is as it was";
        return References.Targets(resource).Any(target => sent.Any(entry => entry.FullUrl == target))
            ? $"the {location.Type} it names refers to a placeholder still"
            : null;
    }

    /// <summary>
    /// What a patch changes was there before it, so that being there shows nothing: what it puts in an element's place must be seen. So it
    /// is of whatever is no patch.
    /// </summary>
    private static bool IsPatched(Bundle.EntryComponent sent, FhirResponse read) => SentWhole.Is(sent)
        ? read.Body is { } there && Json.Text(there, "status") == Json.Text(JsonElement.Parse(ResourceJson.Write(sent.Resource!)), "status")
        : sent.Resource is not Parameters patch
        || patch.Parameter.TrueForAll(operation =>
        {
            var path = (Part(operation, "path") as PrimitiveType)?.JsonValue as string;
            return (Part(operation, "type") as PrimitiveType)?.JsonValue as string != "replace"
                || Part(operation, "value") is not PrimitiveType { JsonValue: string value }
                || path?.Split('.') is not [_, var element]
                || (read.Body is { } body && Json.Text(body, element) == value);
        });

    private static DataType? Part(Parameters.ParameterComponent operation, string name) =>
        operation.Part.Find(part => part.Name == name)?.Value;
}
