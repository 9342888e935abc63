using System.Globalization;
using System.Text.Json.Nodes;
using FhirGateway.Sandbox.Store;

namespace FhirGateway.Sandbox.Searching;

/// <summary>Answers searches page by page. A search that needs more than a page is remembered, so that its next links show what it found at first.</summary>
internal sealed class SearchPages(SandboxOptions options, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Remembered> _remembered = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public JsonObject First(StoreState state, SearchRequest request, string baseUrl, string self)
    {
        var matches = request.Find(state);
        var id = Guid.NewGuid().ToString();
        if (request.View.Summary == "count" || request.Count == 0)
        {
            var count = Bundle(id, matches.Count, []);
            count["meta"]!["tag"] = new JsonArray(SearchView.Subsetted());
            return count;
        }

        var size = request.Count is > 0 and { } asked ? Math.Min(asked, options.LargestPageSize) : options.DefaultPageSize;
        var search = new Remembered(id, request, matches);
        if (matches.Count > size) Remember(search);
        return Page(state, search, 0, size, baseUrl, self);
    }

    /// <summary>A later page of a remembered search, by its <c>_getpages</c> link.</summary>
    public JsonObject Next(StoreState state, IReadOnlyDictionary<string, string> link, string baseUrl)
    {
        var id = link["_getpages"];
        Remembered? search;
        lock (_gate) _remembered.TryGetValue(id, out search);
        if (search is null) throw new SandboxException(410, $"HAPI-0417: Search ID \"{id}\" does not exist and may have expired");
        var offset = Number(link.GetValueOrDefault("_getpagesoffset"), 0);
        var size = Math.Clamp(Number(link.GetValueOrDefault("_count"), options.DefaultPageSize), 1, options.LargestPageSize);
        return Page(state, search, offset, size, baseUrl, PageLink(baseUrl, id, offset, size));
    }

    private JsonObject Page(StoreState state, Remembered search, int offset, int size, string baseUrl, string self)
    {
        var matches = search.Matches.Skip(offset).Take(size).ToList();
        var links = new List<(string, string)> { ("self", self) };
        if (offset + size < search.Matches.Count) links.Add(("next", PageLink(baseUrl, search.Id, offset + size, size)));
        if (offset > 0) links.Add(("previous", PageLink(baseUrl, search.Id, Math.Max(0, offset - size), size)));

        var bundle = Bundle(search.Id, search.Matches.Count, links);
        var view = search.Request.View;
        if (view.IsPartial && view.Elements.Count == 0) bundle["meta"]!["tag"] = new JsonArray(SearchView.Subsetted());
        var entries = new JsonArray();
        foreach (var match in matches) entries.Add(Entry(match, view, "match", baseUrl));
        foreach (var along in Inclusion.Along(state, matches, search.Request.Inclusions)) entries.Add(Entry(along, view, "include", baseUrl));
        if (entries.Count > 0) bundle["entry"] = entries;
        return bundle;
    }

    private JsonObject Bundle(string id, int total, List<(string Relation, string Url)> links)
    {
        var bundle = new JsonObject
        {
            ["resourceType"] = "Bundle",
            ["id"] = id,
            ["meta"] = new JsonObject { ["lastUpdated"] = Instants.Format(clock.GetUtcNow()) },
            ["type"] = "searchset",
            ["total"] = total,
        };
        if (links.Count > 0) bundle["link"] = new JsonArray([.. links.Select(link => new JsonObject { ["relation"] = link.Relation, ["url"] = link.Url })]);
        return bundle;
    }

    private static JsonObject Entry(ResourceVersion version, SearchView view, string mode, string baseUrl) => new JsonObject
    {
        ["fullUrl"] = $"{baseUrl}/{version.Reference}",
        ["resource"] = view.Show(version),
        ["search"] = new JsonObject { ["mode"] = mode },
    };

    private static string PageLink(string baseUrl, string id, int offset, int size) =>
        string.Create(CultureInfo.InvariantCulture, $"{baseUrl}?_getpages={id}&_getpagesoffset={offset}&_count={size}&_bundletype=searchset");

    private void Remember(Remembered search)
    {
        lock (_gate)
        {
            _remembered[search.Id] = search;
            _order.Enqueue(search.Id);
            if (_order.Count > options.RememberedSearches) _remembered.Remove(_order.Dequeue());
        }
    }

    private static int Number(string? text, int otherwise) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private sealed record Remembered(string Id, SearchRequest Request, IReadOnlyList<ResourceVersion> Matches);
}
