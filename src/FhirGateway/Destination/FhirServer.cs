using System.Text.Json;
using FhirGateway.Mapping;
using Hl7.Fhir.Model;

namespace FhirGateway.Destination;

/// <summary>The FHIR R4 server that bundles go to, as far as the gateway uses it. It tries nothing twice; the ledger does.</summary>
public sealed class FhirServer(FhirClient client)
{
    // Where a server's search is wider than ours (other case, other identifiers), what is meant may be on a later page.
    private const string MatchesPerPage = "20";
    private const int MostPages = 25;

    /// <summary>Its base URL, as the gateway calls it.</summary>
    public string BaseUrl => client.BaseUrl;

    /// <summary>Sends a transaction bundle as it is.</summary>
    /// <exception cref="FhirRequestException">No answer came; what was sent may have been done.</exception>
    public Task<FhirResponse> TransactionAsync(ReadOnlyMemory<byte> bundle, string requestId, CancellationToken cancellationToken) =>
        client.TransactionAsync(bundle, requestId, cancellationToken: cancellationToken);

    /// <summary>Sends a transaction that may well be refused: that pauses nothing.</summary>
    /// <exception cref="FhirRequestException">No answer came; what was sent may have been done.</exception>
    public Task<FhirResponse> TryTransactionAsync(ReadOnlyMemory<byte> bundle, CancellationToken cancellationToken) =>
        client.TransactionAsync(bundle, "probe", isTrial: true, cancellationToken);

    /// <summary>The resources that are exactly what a condition names, on whatever page of the server's answer they are.</summary>
    /// <param name="condition">Type and query, encoded: <c>Patient?identifier=…</c>.</param>
    /// <exception cref="FhirRequestException">No answer came.</exception>
    /// <exception cref="ArgumentException">It is not a condition.</exception>
    public Task<Found> FindAsync(string condition, CancellationToken cancellationToken) => FindAsync(
        Condition.Parse(condition) ?? throw new ArgumentException($"\"{condition}\" is not a query on a type.", nameof(condition)),
        cancellationToken);

    /// <inheritdoc cref="FindAsync(string, CancellationToken)"/>
    public async Task<Found> FindAsync(Condition condition, CancellationToken cancellationToken)
    {
        var exact = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var others = 0;
        var answer = await client.SearchAsync(
            condition.Type, [.. condition.Query, ("_count", MatchesPerPage)], cancellationToken: cancellationToken);
        for (var page = 1; page <= MostPages; page++)
        {
            if (!answer.IsSuccess || Matches(answer) is not { } matches) return new Found(answer, null);
            foreach (var match in matches)
            {
                if (!condition.IsMetBy(match)) others++;
                else if (Json.Text(match, "id") is { } id) exact[id] = match;
                else return new Found(answer, null); // what can't be named can't be told from its double either
            }

            if (matches.Count == 0 || NextPage(answer) is not { } next) return new Found(answer, [.. exact.Values]) { Others = others };
            if (!IsBelowBase(next)) break;
            answer = await client.PageAsync(next, cancellationToken);
        }

        return new Found(answer, null);
    }

    /// <summary>Reads the current version of a resource.</summary>
    /// <exception cref="FhirRequestException">No answer came.</exception>
    public Task<FhirResponse> ReadAsync(ResourceLocation location, CancellationToken cancellationToken) =>
        client.ReadAsync(location.Type, location.Id, cancellationToken: cancellationToken);

    /// <summary>The resources that are exactly what a condition names.</summary>
    /// <inheritdoc cref="FindAsync(string, CancellationToken)"/>
    /// <exception cref="NoSearchResultException">What came was not a search result.</exception>
    public async Task<IReadOnlyList<JsonElement>> MatchesAsync(string condition, CancellationToken cancellationToken)
    {
        var found = await FindAsync(condition, cancellationToken);
        return found.Matches ?? throw new NoSearchResultException(found.Answer);
    }

    /// <summary>Whether all that a condition matches is in a patient's chart; so it is when nothing matches.</summary>
    /// <param name="chart">The patient's reference.</param>
    /// <inheritdoc cref="MatchesAsync"/>
    public async Task<bool> LiesInAsync(string condition, string chart, CancellationToken cancellationToken) =>
        (await MatchesAsync(condition, cancellationToken)).All(each => Subject.Of(each) is { } subject && Subject.AreSame(subject, chart));

    /// <summary>What the server says that it can do (its CapabilityStatement).</summary>
    /// <exception cref="FhirRequestException">No answer came.</exception>
    public Task<FhirResponse> CapabilitiesAsync(CancellationToken cancellationToken) =>
        client.CapabilitiesAsync(cancellationToken: cancellationToken);

    private bool IsBelowBase(string url) => url.StartsWith(client.BaseUrl, StringComparison.Ordinal)
        && url.Length > client.BaseUrl.Length && url[client.BaseUrl.Length] is ('/' or '?');

    // Relative links count from the base, as everywhere in a Bundle.
    private string? NextPage(FhirResponse answer)
    {
        var link = Json.Items(answer.Body!.Value, "link").FirstOrDefault(each => Json.Text(each, "relation") == "next");
        if (Json.Text(link, "url") is not { Length: > 0 } url) return null;
        var isAbsolute = Uri.TryCreate(url, UriKind.Absolute, out var absolute) && absolute.Scheme is ("http" or "https");
        return isAbsolute ? url : $"{client.BaseUrl}/{url.TrimStart('/')}";
    }

    /// <summary>The matches as they were received; null when it can't be told how many there are, which no guess may decide.</summary>
    private static List<JsonElement>? Matches(FhirResponse answer)
    {
        if (answer is not { Resource: Bundle bundle, Body: { } body } || Lenient.Of(() => bundle.Entry) is not { } entries) return null;
        var matches = new List<JsonElement>();
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            if (entry is null) return null;
            if (Lenient.Of(() => entry.Search?.ModeElement?.JsonValue as string) is not (null or "match")) continue;
            if (Json.Property(body.GetProperty("entry")[i], "resource") is not { } resource || Json.Text(resource, "resourceType") is null)
                return null;
            matches.Add(resource);
        }

        return matches;
    }
}

/// <summary>What a search found.</summary>
/// <param name="Matches">
/// The resources that are exactly what was asked for, each with an id and once; null when the server gave no search result that can be read
/// to its end.
/// </param>
public sealed record Found(FhirResponse Answer, IReadOnlyList<JsonElement>? Matches)
{
    /// <summary>How many resources the server took for it, too, though they are not exactly it.</summary>
    public int Others { get; init; }

    /// <summary>The one match there must be. None parks; several are refused, for no guess decides between patients.</summary>
    /// <param name="condition">What was asked for.</param>
    public (JsonElement? Match, Outcome? Stopped) One(Condition condition)
    {
        switch (Matches)
        {
            case null:
                return (null, DestinationRefusals.OfSearch(Answer));
            case []:
                return (null, new Parked(condition.Text, $"{condition.Readable} matches nothing on the destination"));
            case [var only]:
                return (only, null);
            default:
                var several = Matches.Select(match => $"{condition.Type}/{Json.Text(match, "id")}");
                var all = string.Join(", ", several.Order(StringComparer.Ordinal));
                return (null, new Dead(
                    $"several resources match {condition.Readable}: {all}",
                    OutcomeJson.Text(Problem.Error(
                        "multiple-matches", $"Several resources match {condition.Readable}: {all}. Remove the double, then replay."))));
        }
    }
}

/// <summary>The destination answered a search with something else.</summary>
public sealed class NoSearchResultException(FhirResponse answer) : Exception($"the destination answered {answer.Status} to a search")
{
    /// <summary>What it answered.</summary>
    public FhirResponse Answer { get; } = answer;
}
