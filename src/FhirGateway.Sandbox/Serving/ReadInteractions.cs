using System.Globalization;
using FhirGateway.Sandbox.Searching;
using FhirGateway.Sandbox.Store;
using Hl7.Fhir.Model;
using Query = System.Collections.Generic.IReadOnlyList<(string Name, string Value)>;

namespace FhirGateway.Sandbox.Serving;

/// <summary>The interactions that change nothing.</summary>
internal sealed class ReadInteractions(SandboxOptions options, TimeProvider clock)
{
    private readonly SearchPages _pages = new(options, clock);

    /// <summary>Answers a GET or a POST _search against one state of the store.</summary>
    public SandboxResponse Answer(StoreState state, SandboxRequest request, string[] path, Query parameters) => path switch
    {
        [] => Page(state, request, parameters),
        ["metadata"] => Answers.Of(200, Capabilities.Of(request.BaseUrl, clock.GetUtcNow())),
        [var name, ..] when name.StartsWith('$') || path[^1].StartsWith('$') => throw NotUnderstood(request, path, parameters),
        ["_history"] => History(request, state.Types.Keys.SelectMany(state.All), parameters),
        [var type] => Search(state, request, ServedTypes.Checked(type), parameters),
        [var type, "_search"] => Search(state, request, ServedTypes.Checked(type), parameters),
        [var type, "_history"] => History(request, state.All(ServedTypes.Checked(type)), parameters),
        [var type, var id] => Read(state, request, ServedTypes.Checked(type), id),
        [var type, var id, "_history"] => History(request, [Known(state, ServedTypes.Checked(type), id)], parameters),
        [var type, var id, "_history", var version] => ReadVersion(state, request, ServedTypes.Checked(type), id, version),
        _ => throw NotUnderstood(request, path, parameters),
    };

    private SandboxResponse Page(StoreState state, SandboxRequest request, Query parameters)
    {
        var link = parameters.GroupBy(parameter => parameter.Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First().Value, StringComparer.Ordinal);
        if (!link.ContainsKey("_getpages"))
        {
            throw SandboxException.BadRequest(
                "HAPI-0287: This is the base URL of FHIR server. Unable to handle this request, as it does not contain a resource "
                    + "type or operation name.");
        }

        return Shown(_pages.Next(state, link, request.BaseUrl));
    }

    private SandboxResponse Search(StoreState state, SandboxRequest request, string type, Query parameters)
    {
        var query = QueryString.Canonical(QueryString.Parse(request.Query));
        var self = $"{request.BaseUrl}/{request.Path}{(query.Length == 0 ? "" : "?" + query)}";
        return Shown(_pages.First(state, SearchRequest.Parse(type, parameters), request.BaseUrl, self));
    }

    private SandboxResponse Shown(SearchPage page) =>
        Answers.Of(page.Bundle, page.Resources, ("Last-Modified", Instants.Http(clock.GetUtcNow())));

    private static SandboxResponse Read(StoreState state, SandboxRequest request, string type, string id)
    {
        var current = Known(state, type, id).Current;
        return current.IsDeleted ? throw Gone(current) : Answers.Stored(request, current);
    }

    private static SandboxResponse ReadVersion(StoreState state, SandboxRequest request, string type, string id, string version)
    {
        var found = Known(state, type, id).Versions.Find(known => known.Version.ToString(CultureInfo.InvariantCulture) == version)
            ?? throw new SandboxException(404, $"HAPI-0979: Version \"{version}\" is not valid for resource {type}/{id}");
        return found.IsDeleted ? throw Gone(found) : Answers.Stored(request, found);
    }

    private static StoredResource Known(StoreState state, string type, string id) =>
        state.Find(type, id) ?? throw SandboxException.NotKnown(type, id);

    private static SandboxException Gone(ResourceVersion deleted) =>
        new(410, $"Resource was deleted at {Instants.Format(deleted.LastUpdated)}") { Location = deleted.VersionedReference };

    private static SandboxException NotUnderstood(SandboxRequest request, string[] path, Query parameters) =>
        SandboxException.NotUnderstood(request.Method, string.Join('/', path), parameters.Select(parameter => parameter.Name));

    private SandboxResponse History(SandboxRequest request, IEnumerable<StoredResource> resources, Query parameters)
    {
        var versions = resources.SelectMany(resource => resource.Versions)
            .OrderByDescending(version => version.LastUpdated).ThenByDescending(version => version.Version).ToList();
        var size = Math.Min(Number(parameters, "_count") ?? options.LargestPageSize, options.LargestPageSize);
        var offset = Number(parameters, "_offset") ?? 0;
        var self = $"{request.BaseUrl}/{request.Path}";
        var shown = versions.Skip(offset).Take(size).ToList();
        var bundle = new Bundle
        {
            Id = Guid.NewGuid().ToString(),
            Meta = new Meta { LastUpdated = clock.GetUtcNow() },
            Type = Bundle.BundleType.History,
            Total = versions.Count,
            Link = [new() { Relation = "self", Url = request.Query.Length == 0 ? self : $"{self}?{request.Query}" }],
            Entry = [.. shown.Select(version => HistoryEntry(version, request.BaseUrl))],
        };
        if (offset + size < versions.Count)
        {
            var next = string.Create(CultureInfo.InvariantCulture, $"{self}?_count={size}&_offset={offset + size}");
            bundle.Link.Add(new() { Relation = "next", Url = next });
        }

        return Answers.Of(bundle, [.. shown.Select(version => version.Copy())], ("Last-Modified", Instants.Http(clock.GetUtcNow())));
    }

    private static Bundle.EntryComponent HistoryEntry(ResourceVersion version, string baseUrl)
    {
        var (method, status) = version switch
        {
            { IsDeleted: true } => (Bundle.HTTPVerb.DELETE, "200 OK"),
            { Version: 1 } => (Bundle.HTTPVerb.POST, "201 Created"),
            _ => (Bundle.HTTPVerb.PUT, "200 OK"),
        };
        return new Bundle.EntryComponent
        {
            FullUrl = $"{baseUrl}/{version.Reference}",
            Request = new Bundle.RequestComponent { Method = method, Url = version.VersionedReference },
            Response = new Bundle.ResponseComponent { Status = status, Etag = version.ETag },
        };
    }

    private static int? Number(Query parameters, string name) =>
        parameters.FirstOrDefault(parameter => parameter.Name == name).Value is { } text
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
