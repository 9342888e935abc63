using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Mapping.Json;
using Hl7.Fhir.Model;

namespace FhirGateway.Destination;

/// <summary>
/// Ends an earlier version without a patch: it is read, changed as the patch says, and sent whole, if it is the version still that was
/// read.
/// </summary>
internal sealed class WholePredecessor(FhirServer destination)
{
    /// <summary>Puts an update in the place of each patch whose target is a literal <c>Type/id</c>.</summary>
    /// <returns>What becomes of the delivery instead; null where it can go on.</returns>
    /// <exception cref="FhirRequestException">No answer came.</exception>
    public async Task<Outcome?> ReplaceAsync(Bundle bundle, CancellationToken cancellationToken)
    {
        foreach (var entry in bundle.Entry)
        {
            if (entry.Request?.Method != Bundle.HTTPVerb.PATCH || entry.Resource is not Parameters patch) continue;
            var location = ResourceLocation.Parse(entry.Request.Url)!;
            var read = await destination.ReadAsync(location, cancellationToken);
            if (read.Status is 404 or 410)
                return new Parked(Condition.OfId(location.Type, location.Id).Text, $"{location} is not on the destination");
            if (read is not { IsSuccess: true, Body: { } body } || Patched(body, location.Type, patch) is not { } resource)
                return DestinationRefusals.OfSearch(read);
            entry.Resource = resource;
            entry.Request.Method = Bundle.HTTPVerb.PUT;
            entry.Request.IfMatch = IdentifiedWrites.VersionTag(body);
            entry.AddAnnotation(SentWhole.Mark);
        }

        return null;
    }

    /// <summary>
    /// What the patches that end versions make of a resource: an element of the resource itself is replaced, removed, or gets one more.
    /// </summary>
    private static Resource? Patched(JsonElement resource, string type, Parameters patch)
    {
        if (Json.Text(resource, "resourceType") != type) return null;
        var patched = JsonObject.Create(resource)!;
        foreach (var operation in Json.Items(JsonElement.Parse(ResourceJson.Write(patch)), "parameter"))
        {
            JsonElement Part(string name) => Json.Items(operation, "part").First(part => Json.Text(part, "name") == name);
            JsonNode Value() => JsonNode.Parse(
                Part("value").EnumerateObject().First(each => each.Name.StartsWith("value", StringComparison.Ordinal)).Value.GetRawText())!;
            switch (Json.Text(Part("type"), "valueCode"))
            {
                case "add":
                    var name = Json.Text(Part("name"), "valueString")!;
                    if (patched[name] is JsonArray there) there.Add(Value());
                    else patched[name] = Repeats(type, name) ? new JsonArray(Value()) : Value();
                    break;
                case "delete":
                    patched.Remove(ElementOf(Part("path")));
                    break;
                default:
                    patched[ElementOf(Part("path"))] = Value();
                    break;
            }
        }

        return Lenient.Read(JsonSerializer.SerializeToUtf8Bytes(patched), FhirClient.MaxDepth);
    }

    private static string ElementOf(JsonElement path) => Json.Text(path, "valueString")!.Split('.')[1];

    private static bool Repeats(string type, string element) =>
        ModelInfo.ModelInspector.FindClassMapping(type)?.FindMappedElementByName(element)?.IsCollection == true;
}

/// <summary>Marks an entry that ends an earlier version by sending it whole.</summary>
internal sealed class SentWhole
{
    /// <summary>The one mark.</summary>
    public static SentWhole Mark { get; } = new();

    /// <summary>Whether an entry is marked.</summary>
    public static bool Is(Bundle.EntryComponent entry) => entry.Annotations(typeof(SentWhole)).Any();
}
