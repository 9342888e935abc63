using System.Text.Json.Nodes;
using FhirGateway.Sandbox.Searching;
using FhirGateway.Sandbox.Writing;
using Hl7.Fhir.Model;
using Hl7.Fhir.Utility;

namespace FhirGateway.Sandbox.Transactions;

/// <summary>One entry of a transaction or batch, and what became of it.</summary>
internal sealed class TransactionEntry
{
    private TransactionEntry(int index, string method, string url, string? fullUrl, JsonObject? resource)
    {
        Index = index;
        Method = method;
        Url = url;
        FullUrl = fullUrl;
        Resource = resource;
        var mark = url.IndexOf('?', StringComparison.Ordinal);
        Path = (mark < 0 ? url : url[..mark]).Trim('/');
        Query = mark < 0 ? "" : url[(mark + 1)..];
        var segments = Path.Split('/');
        Type = segments[0];
        Id = segments.Length > 1 ? Uri.UnescapeDataString(segments[1]) : null;
    }

    public int Index { get; }

    public string Method { get; }

    public string Url { get; }

    public string? FullUrl { get; }

    public JsonObject? Resource { get; }

    public string? IfMatch { get; private init; }

    public string Path { get; }

    public string Query { get; }

    /// <summary>The type the URL names; a POST stores its resource under the resource's own type, as on HAPI.</summary>
    public string Type { get; }

    public string? Id { get; }

    /// <summary>The condition of a conditional create, update or patch; null for a plain one.</summary>
    public MatchUrl? Condition { get; private set; }

    /// <summary>The id the resource has or is going to have; known before anything is written, so that references can be filled.</summary>
    public string? TargetId { get; set; }

    /// <summary>Whether the condition found a resource.</summary>
    public bool IsMatched { get; set; }

    public WriteOutcome? Outcome { get; set; }

    /// <summary>The answer of a read or search inside the bundle that succeeded.</summary>
    public SandboxResponse? Answer { get; set; }

    /// <summary>Why a read or search inside the bundle failed; the bundle is executed all the same.</summary>
    public SandboxException? ReadFailure { get; set; }

    public string ResourceType => Method == "POST" && Resource is not null ? (string)Resource["resourceType"]! : Type;

    /// <summary>What other entries may call this resource: its urn, or the id its body carries.</summary>
    public string? Placeholder => FullUrl?.StartsWith("urn:", StringComparison.Ordinal) == true ? FullUrl
        : Method == "POST"
            && (string?)Resource?["id"] is { } id ? id.StartsWith("urn:", StringComparison.Ordinal) ? id : $"{ResourceType}/{id}"
        : null;

    /// <summary>Reads an entry.</summary>
    /// <param name="resource">The entry's resource as it was written; it becomes the entry's own.</param>
    /// <param name="index">The entry's place in its bundle, for messages.</param>
    /// <exception cref="SandboxException">400: the entry does not say what to do, or with what.</exception>
    public static TransactionEntry Read(Bundle.EntryComponent entry, JsonObject? resource, int index, string baseUrl)
    {
        if (entry.Request?.Method is not { } verb)
        {
            throw SandboxException.BadRequest(
                "HAPI-0529: Transaction bundle entry has missing or invalid HTTP Verb specified in "
                    + $"Bundle.entry({index}).request.method. Found value: \"null\"");
        }

        var method = verb.GetLiteral()!;
        var url = entry.Request.Url ?? "";
        if (url.StartsWith(baseUrl + "/", StringComparison.Ordinal)) url = url[(baseUrl.Length + 1)..];
        if (resource is null && (method is "POST" or "PUT" or "PATCH"))
        {
            throw SandboxException.BadRequest(
                $"HAPI-0543: Missing required resource in Bundle.entry[{index}].resource for operation {method}");
        }

        var read = new TransactionEntry(index, method, url, entry.FullUrl, resource) { IfMatch = entry.Request.IfMatch };
        read.FindCondition(entry.Request.IfNoneExist);
        return read;
    }

    private void FindCondition(string? ifNoneExist)
    {
        switch (Method)
        {
            case "POST":
                if (Url.Length > 0 && !ServedTypes.IsKnown(Path))
                {
                    throw SandboxException.BadRequest($"HAPI-2006: Unable to perform POST, URL provided is invalid: {Url}");
                }
                if (!string.IsNullOrEmpty(ifNoneExist)) Condition = MatchUrl.Parse(ResourceType, ifNoneExist);
                break;
            case "PUT" or "PATCH" or "DELETE":
                ServedTypes.Checked(Type);
                if (Id is null) Condition = MatchUrl.Parse(Type, Query.Length == 0 ? $"{Type}?{Type}" : Url);
                break;
        }
    }
}
