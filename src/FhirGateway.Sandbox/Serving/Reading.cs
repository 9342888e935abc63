using System.Globalization;
using System.Text.Json.Nodes;
using FhirGateway.Sandbox.Searching;
using FhirGateway.Sandbox.Store;

namespace FhirGateway.Sandbox.Serving;

/// <summary>The interactions that change nothing.</summary>
internal sealed class Reading(SandboxOptions options, TimeProvider clock)
{
    private readonly SearchPages _pages = new(options, clock);

    /// <summary>Answers a GET or a POST _search against one state of the store.</summary>
    public SandboxResponse Answer(StoreState state, SandboxRequest request, string[] path, IReadOnlyList<(string Name, string Value)> parameters) => path switch
    {
        [] => Page(state, request, parameters),
        ["metadata"] => Answers.Json(200, CapabilityStatement.Of(request.BaseUrl, clock.GetUtcNow())),
        [var name, ..] when name.StartsWith('$') || path[^1].StartsWith('$') => throw SandboxException.NotUnderstood(request.Method, string.Join('/', path), parameters.Select(parameter => parameter.Name)),
        ["_history"] => History(request, state.Types.Keys.SelectMany(state.All), parameters),
        [var type] => Search(state, request, ResourceTypes.Checked(type), parameters),
        [var type, "_search"] => Search(state, request, ResourceTypes.Checked(type), parameters),
        [var type, "_history"] => History(request, state.All(ResourceTypes.Checked(type)), parameters),
        [var type, var id] => Read(state, request, ResourceTypes.Checked(type), id),
        [var type, var id, "_history"] => History(request, [state.Find(ResourceTypes.Checked(type), id) ?? throw SandboxException.NotKnown(type, id)], parameters),
        [var type, var id, "_history", var version] => ReadVersion(state, request, ResourceTypes.Checked(type), id, version),
        _ => throw SandboxException.NotUnderstood(request.Method, string.Join('/', path), parameters.Select(parameter => parameter.Name)),
    };

    private SandboxResponse Page(StoreState state, SandboxRequest request, IReadOnlyList<(string Name, string Value)> parameters)
    {
        var link = parameters.GroupBy(parameter => parameter.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().Value, StringComparer.Ordinal);
        if (!link.ContainsKey("_getpages")) throw SandboxException.BadRequest("HAPI-0287: This is the base URL of FHIR server. Unable to handle this request, as it does not contain a resource type or operation name.");
        return Answers.Json(200, _pages.Next(state, link, request.BaseUrl), ("Last-Modified", Instants.Http(clock.GetUtcNow())));
    }

    private SandboxResponse Search(StoreState state, SandboxRequest request, string type, IReadOnlyList<(string Name, string Value)> parameters)
    {
        var query = QueryString.Canonical(QueryString.Parse(request.Query));
        var self = $"{request.BaseUrl}/{request.Path}{(query.Length == 0 ? "" : "?" + query)}";
        return Answers.Json(200, _pages.First(state, SearchRequest.Parse(type, parameters), request.BaseUrl, self), ("Last-Modified", Instants.Http(clock.GetUtcNow())));
    }

    private static SandboxResponse Read(StoreState state, SandboxRequest request, string type, string id)
    {
        var current = state.Find(type, id)?.Current ?? throw SandboxException.NotKnown(type, id);
        return current.IsDeleted ? throw Gone(current) : Answers.Resource(request, current);
    }

    private static SandboxResponse ReadVersion(StoreState state, SandboxRequest request, string type, string id, string version)
    {
        var stored = state.Find(type, id) ?? throw SandboxException.NotKnown(type, id);
        var found = stored.Versions.Find(known => known.Version.ToString(CultureInfo.InvariantCulture) == version)
            ?? throw new SandboxException(404, $"HAPI-0979: Version \"{version}\" is not valid for resource {type}/{id}");
        return found.IsDeleted ? throw Gone(found) : Answers.Resource(request, found);
    }

    private static SandboxException Gone(ResourceVersion deleted) =>
        new(410, $"Resource was deleted at {Instants.Format(deleted.LastUpdated)}") { Location = deleted.VersionedReference };

    private SandboxResponse History(SandboxRequest request, IEnumerable<StoredResource> resources, IReadOnlyList<(string Name, string Value)> parameters)
    {
        var versions = resources.SelectMany(resource => resource.Versions).OrderByDescending(version => version.LastUpdated).ThenByDescending(version => version.Version).ToList();
        var size = Math.Min(Number(parameters, "_count") ?? options.LargestPageSize, options.LargestPageSize);
        var offset = Number(parameters, "_offset") ?? 0;
        var self = $"{request.BaseUrl}/{request.Path}";
        var links = new JsonArray(Link("self", request.Query.Length == 0 ? self : $"{self}?{request.Query}"));
        if (offset + size < versions.Count) links.Add(Link("next", string.Create(CultureInfo.InvariantCulture, $"{self}?_count={size}&_offset={offset + size}")));
        var bundle = new JsonObject
        {
            ["resourceType"] = "Bundle",
            ["id"] = Guid.NewGuid().ToString(),
            ["meta"] = new JsonObject { ["lastUpdated"] = Instants.Format(clock.GetUtcNow()) },
            ["type"] = "history",
            ["total"] = versions.Count,
            ["link"] = links,
        };
        var entries = new JsonArray([.. versions.Skip(offset).Take(size).Select(version => HistoryEntry(version, request.BaseUrl))]);
        if (entries.Count > 0) bundle["entry"] = entries;
        return Answers.Json(200, bundle, ("Last-Modified", Instants.Http(clock.GetUtcNow())));
    }

    private static JsonObject HistoryEntry(ResourceVersion version, string baseUrl)
    {
        var entry = new JsonObject { ["fullUrl"] = $"{baseUrl}/{version.Reference}" };
        if (version.Copy() is { } resource) entry["resource"] = resource;
        var (method, status) = version switch
        {
            { IsDeleted: true } => ("DELETE", "200 OK"),
            { Version: 1 } => ("POST", "201 Created"),
            _ => ("PUT", "200 OK"),
        };
        entry["request"] = new JsonObject { ["method"] = method, ["url"] = version.VersionedReference };
        entry["response"] = new JsonObject { ["status"] = status, ["etag"] = version.ETag };
        return entry;
    }

    private static JsonObject Link(string relation, string url) => new() { ["relation"] = relation, ["url"] = url };

    private static int? Number(IReadOnlyList<(string Name, string Value)> parameters, string name) =>
        int.TryParse(parameters.FirstOrDefault(parameter => parameter.Name == name).Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
