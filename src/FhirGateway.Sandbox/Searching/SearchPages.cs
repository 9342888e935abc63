using System.Globalization;
using System.Text.Json.Nodes;
using FhirGateway.Sandbox.Store;
using Hl7.Fhir.Model;

namespace FhirGateway.Sandbox.Searching;

/// <summary>
/// Answers searches page by page. A search that needs more than a page is remembered, so that its next links show what it found at
/// first.
/// </summary>
internal sealed class SearchPages(SandboxOptions options, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Remembered> _remembered = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public SearchPage First(StoreState state, SearchRequest request, string baseUrl, string self)
    {
        var matches = request.Find(state);
        var id = Guid.NewGuid().ToString();
        if (request.View.Summary == "count" || request.Count == 0)
        {
            var count = SearchSet(id, matches.Count);
            count.Meta!.Tag = [SearchView.Subsetted()];
            return new SearchPage(count, []);
        }

        var size = request.Count is > 0 and var asked ? Math.Min(asked, options.LargestPageSize) : options.DefaultPageSize;
        var search = new Remembered(id, request, matches);
        if (matches.Count > size) Remember(search);
        return Page(state, search, 0, size, baseUrl, self);
    }

    /// <summary>A later page of a remembered search, by its <c>_getpages</c> link.</summary>
    public SearchPage Next(StoreState state, IReadOnlyDictionary<string, string> link, string baseUrl)
    {
        var id = link["_getpages"];
        Remembered? search;
        lock (_gate) _remembered.TryGetValue(id, out search);
        if (search is null) throw new SandboxException(410, $"HAPI-0417: Search ID \"{id}\" does not exist and may have expired");
        var offset = Number(link.GetValueOrDefault("_getpagesoffset"), 0);
        var size = Math.Clamp(Number(link.GetValueOrDefault("_count"), options.DefaultPageSize), 1, options.LargestPageSize);
        return Page(state, search, offset, size, baseUrl, PageLink(baseUrl, id, offset, size));
    }

    private SearchPage Page(StoreState state, Remembered search, int offset, int size, string baseUrl, string self)
    {
        var matches = search.Matches.Skip(offset).Take(size).ToList();
        var along = Inclusion.Along(state, matches, search.Request.Inclusions);
        var view = search.Request.View;
        var bundle = SearchSet(search.Id, search.Matches.Count);
        bundle.Link = [new() { Relation = "self", Url = self }];
        if (offset + size < search.Matches.Count)
        {
            bundle.Link.Add(new() { Relation = "next", Url = PageLink(baseUrl, search.Id, offset + size, size) });
        }
        if (offset > 0)
        {
            bundle.Link.Add(new() { Relation = "previous", Url = PageLink(baseUrl, search.Id, Math.Max(0, offset - size), size) });
        }
        if (view.IsPartial && view.Elements.Count == 0) bundle.Meta!.Tag = [SearchView.Subsetted()];
        bundle.Entry =
        [
            .. matches.Select(match => Entry(match, Bundle.SearchEntryMode.Match, baseUrl)),
            .. along.Select(included => Entry(included, Bundle.SearchEntryMode.Include, baseUrl)),
        ];
        return new SearchPage(bundle, [.. matches.Concat(along).Select(view.Show)]);
    }

    private Bundle SearchSet(string id, int total) => new()
    {
        Id = id,
        Meta = new Meta { LastUpdated = clock.GetUtcNow() },
        Type = Bundle.BundleType.Searchset,
        Total = total,
    };

    private static Bundle.EntryComponent Entry(ResourceVersion version, Bundle.SearchEntryMode mode, string baseUrl) => new()
    {
        FullUrl = $"{baseUrl}/{version.Reference}",
        Search = new Bundle.SearchComponent { Mode = mode },
    };

    private static string PageLink(string baseUrl, string id, int offset, int size) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{baseUrl}?_getpages={id}&_getpagesoffset={offset}&_count={size}&_bundletype=searchset");

    private void Remember(Remembered search)
    {
        lock (_gate)
        {
            _remembered[search.Id] = search;
            _order.Enqueue(search.Id);
            if (_order.Count > options.RememberedSearches) _remembered.Remove(_order.Dequeue());
        }
    }

    private static int Number(string? text, int otherwise) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private sealed record Remembered(string Id, SearchRequest Request, IReadOnlyList<ResourceVersion> Matches);
}

/// <summary>A page of a search.</summary>
/// <param name="Bundle">The searchset, its entries without their resources.</param>
/// <param name="Resources">The resources of the entries, in their order.</param>
internal sealed record SearchPage(Bundle Bundle, IReadOnlyList<JsonObject> Resources);
