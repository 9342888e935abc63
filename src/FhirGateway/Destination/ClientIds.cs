using System.Text.Json;
using Hl7.Fhir.Model;

namespace FhirGateway.Destination;

/// <summary>
/// Resources that R4 gives no identifier (Provenance, Binary) are put to an id that the gateway makes from the event, so that a second
/// sending writes the same one. Servers need not take such ids (http://hl7.org/fhir/R4/http.html#upsert). For those that don't, the id
/// becomes a tag: what carries it is updated, else created under that condition.
/// </summary>
internal sealed class ClientIds(FhirServer destination)
{
    private const string TagSystem = "urn:fhir-gateway:id";

    /// <summary>The entries that are put to an id of the gateway's choice. What has such an id from the server is not among them.</summary>
    public static IEnumerable<Bundle.EntryComponent> In(IEnumerable<Bundle.EntryComponent> entries) => entries.Where(entry =>
        entry is { Resource: { Id: { } id } resource, Request: { Method: Bundle.HTTPVerb.PUT, Url: { } url }, FullUrl: { } fullUrl }
        && url == $"{resource.TypeName}/{id}" && fullUrl == $"urn:uuid:{id}");

    /// <summary>Writes them under tags instead.</summary>
    /// <exception cref="FhirRequestException">No answer came.</exception>
    public async Task<Outcome?> ReplaceAsync(Bundle bundle, CancellationToken cancellationToken)
    {
        foreach (var entry in In(bundle.Entry).ToList())
        {
            var (type, id) = (entry.Resource!.TypeName, entry.Resource.Id!);

            // It took the id once: under a tag, the same would be there twice.
            var taken = await destination.ReadAsync(new ResourceLocation(type, id, null), cancellationToken);
            if (taken.IsSuccess) continue;
            if (taken.Status is < 400 or >= 500 or 401 or 403 or 408 or 429) return DestinationRefusals.OfSearch(taken);
            var found = await destination.FindAsync($"{type}?{TagQuery(id)}", cancellationToken);
            if (found.Matches is null && found.Answer is { Status: not (>= 400 and < 500) or 401 or 403 or 408 or 429 })
                return DestinationRefusals.OfSearch(found.Answer);

            // Some types can't be searched on some servers: then the condition of the create alone must do.
            var there = found.Matches?.Select(match => Json.Text(match, "id")!).Order(StringComparer.Ordinal).FirstOrDefault();
            Tag(entry, id, there);
            var place = there is null ? entry.FullUrl! : $"{type}/{there}";
            References.Redirect(bundle, new Dictionary<string, string> { [$"{type}/{id}"] = place });
        }

        return null;
    }

    /// <summary>Writes an entry under a tag: what is there is updated, else it is created where nothing carries the tag.</summary>
    /// <param name="there">The id of the resource that carries it, or that is known to be the one; null for none.</param>
    public static void Tag(Bundle.EntryComponent entry, string tag, string? there)
    {
        var (resource, request) = (entry.Resource!, entry.Request!);
        AddTag(resource, tag);
        resource.Id = there;
        request.Method = there is null ? Bundle.HTTPVerb.POST : Bundle.HTTPVerb.PUT;
        request.Url = there is null ? resource.TypeName : $"{resource.TypeName}/{there}";
        request.IfNoneExist = there is null ? TagQuery(tag) : null;
    }

    public static void AddTag(Resource resource, string tag) => (resource.Meta ??= new Meta()).Tag.Add(new Coding(TagSystem, tag));

    public static bool HasTag(JsonElement resource, string tag) => Json.Property(resource, "meta") is { } meta
        && Json.Items(meta, "tag").Any(each => Json.Text(each, "system") == TagSystem && Json.Text(each, "code") == tag);

    private static string TagQuery(string tag) => $"_tag={Uri.EscapeDataString($"{TagSystem}|{tag}")}";
}
