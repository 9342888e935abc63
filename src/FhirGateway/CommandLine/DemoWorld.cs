using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Destination;
using FhirGateway.Mapping;
using FhirGateway.Sources;

namespace FhirGateway.CommandLine;

/// <summary>
/// The patients, encounters, practitioners and appointments that a demonstration's messages speak of, under identifier systems
/// of its own: created where they are missing, so that a second run adds none.
/// </summary>
internal sealed class DemoWorld
{
    public const string Base = "https://demo.fhirgateway.example/";

    private readonly SortedDictionary<string, (string FullUrl, JsonObject Resource)> _resources = new(StringComparer.Ordinal);
    private readonly List<(string Source, string Key, string Json)> _correlations = [];

    /// <summary>What the site has to know under which key.</summary>
    public IReadOnlyList<(string Source, string Key, string Json)> Correlations => _correlations;

    public bool IsEmpty => _resources.Count == 0;

    /// <summary>The identifier system of the demonstration for a kind of thing.</summary>
    public static string SystemOf(string kind) => Base + kind.ToLowerInvariant();

    /// <summary>Adds what a sample needs, as its own lookups and translation say.</summary>
    public void Add(Source source, Sample sample, DateTimeOffset now)
    {
        var facts = new MessageFacts("demo", now);
        foreach (var happened in source.Vendor.Read(sample.Body, source.Settings).Events.Where(e => e.Acknowledged is null))
        {
            var found = new Dictionary<Lookup, JsonElement>();
            foreach (var lookup in source.Vendor.LookupsOf(happened, source.Settings))
            {
                if (sample.Found.TryGetValue(lookup.Kind, out var answer)) found[lookup] = answer;
                JsonElement? like = found.ContainsKey(lookup) ? answer : null;
                if (lookup is ResourceLookup wanted) Need(wanted.ResourceType, wanted.System, wanted.Value, like);
                if (lookup is CorrelationLookup correlation && like is { } registered)
                    _correlations.Add((source.Name, correlation.Key, registered.GetRawText()));
            }

            var translation = source.Vendor.Translate(happened, new TranslationContext(source.Settings, facts, found, null, IsLate: false));
            if (translation.Bundle is not { } bundle) continue;
            foreach (var condition in References.Searches(bundle)) Need(condition.Text);
        }
    }

    /// <summary>One transaction that creates what is missing.</summary>
    public byte[] ToTransaction() => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["resourceType"] = "Bundle",
        ["type"] = "transaction",
        ["entry"] = new JsonArray([.. _resources.Select(entry => new JsonObject
        {
            ["fullUrl"] = entry.Value.FullUrl,
            ["resource"] = entry.Value.Resource.DeepClone(),
            ["request"] = new JsonObject
            {
                ["method"] = "POST",
                ["url"] = entry.Key.Split('?')[0],
                ["ifNoneExist"] = entry.Key.Split('?')[1],
            },
        })]),
    });

    private void Need(string condition)
    {
        var (type, query) = condition.Split('?', 2) is [var before, var after] ? (before, after) : (condition, "");
        if (query.Split('=', 2) is ["identifier", var token] && Uri.UnescapeDataString(token).Split('|', 2) is [var system, var value])
            Need(type, system, value, null);
    }

    private string Need(string type, string system, string value, JsonElement? like)
    {
        var condition = $"{type}?{new Identity(system, value).Query}";
        if (_resources.TryGetValue(condition, out var known)) return known.FullUrl;

        var fullUrl = "urn:uuid:" + Guid.CreateVersion7();
        var resource = like is { } example ? (JsonObject)JsonNode.Parse(example.GetRawText())! : Simplest(type);
        resource.Remove("id");
        resource["identifier"] = new JsonArray(new JsonObject { ["system"] = system, ["value"] = value });
        _resources[condition] = (fullUrl, resource);
        PointAtDemo(resource);
        return fullUrl;
    }

    /// <summary>
    /// An example's literal references (<c>Patient/88</c>) mean resources of its own server: ours are created under demo identifiers
    /// instead.
    /// </summary>
    private void PointAtDemo(JsonNode node)
    {
        if (node is JsonObject parent)
        {
            foreach (var (name, child) in parent.ToList())
            {
                if (name == "reference" && child?.GetValue<string>().Split('/') is [{ Length: > 0 } type, { Length: > 0 } id])
                    parent[name] = Need(type, SystemOf(type), id, null);
                else if (child is not null) PointAtDemo(child);
            }
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items) PointAtDemo(item!);
        }
    }

    private static JsonObject Simplest(string type) => (JsonObject)JsonNode.Parse(type switch
    {
        "Patient" => """{ "resourceType": "Patient", "name": [ { "text": "Demo Patient" } ] }""",
        "Practitioner" => """{ "resourceType": "Practitioner", "name": [ { "text": "Demo Practitioner" } ] }""",
        "Encounter" => """
            { "resourceType": "Encounter", "status": "finished",
              "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB" } }
            """,
        "Appointment" => """
            { "resourceType": "Appointment", "status": "booked",
              "participant": [ { "actor": { "display": "Demo Patient" }, "status": "accepted" } ] }
            """,
        "Organization" => """{ "resourceType": "Organization", "name": "Demo Organization" }""",
        _ => $$"""{ "resourceType": "{{type}}" }""",
    })!;
}
