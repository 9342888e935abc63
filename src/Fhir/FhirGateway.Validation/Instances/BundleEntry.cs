using FhirGateway.Json;

namespace FhirGateway.Validation.Instances;

/// <summary>An entry of a Bundle. What references from it and to it need is read once.</summary>
internal sealed class BundleEntry
{
    // No server has a longer url, and joining it to every reference would cost its length each time.
    private const int MaxUrl = 4096;

    private readonly int _serverLength;

    public BundleEntry(Focus focus)
    {
        Focus = focus;
        FullUrl = focus.Text("fullUrl");
        Resource = focus.Child("resource");
        if (FullUrl is { Length: <= MaxUrl } url && BundleEntries.IsHttp(url)) _serverLength = ServerLength(url);
    }

    public Focus Focus { get; }

    public string? FullUrl { get; }

    public Focus? Resource { get; }

    public string? VersionId => Resource?.Json.Member("meta")?.Text("versionId");

    /// <summary>
    /// Where a relative reference made in this entry leads to: on the same server. Null when the fullUrl is not a server's.
    /// </summary>
    public string? OnSameServer(string relative) =>
        _serverLength == 0 ? null : string.Concat(FullUrl.AsSpan(0, _serverLength), relative);

    // Of http://server/fhir/Patient/1 all before Patient; 0 for what does not end with a type and an id.
    private static int ServerLength(string url)
    {
        var host = url.IndexOf("//", StringComparison.Ordinal) + 2;
        var id = url.LastIndexOf('/');
        var type = id > host ? url.LastIndexOf('/', id - 1) : -1;
        return type > host && R4Resource.Exists(url[(type + 1)..id]) ? type + 1 : 0;
    }
}
