using System.Globalization;
using System.Text.Json.Nodes;

namespace FhirGateway.Sandbox.Transactions;

/// <summary>The answering bundle of a transaction or batch, in HAPI's shape.</summary>
internal static class BundleAnswer
{
    public static JsonObject Of(string kind, string baseUrl, IEnumerable<JsonObject> entries)
    {
        var bundle = new JsonObject
        {
            ["resourceType"] = "Bundle",
            ["id"] = Guid.NewGuid().ToString(),
            ["type"] = kind + "-response",
            ["link"] = new JsonArray(new JsonObject { ["relation"] = "self", ["url"] = baseUrl }),
        };
        var answers = new JsonArray([.. entries]);
        if (answers.Count > 0) bundle["entry"] = answers;
        return bundle;
    }

    public static JsonObject Entry(BundleEntry entry, bool withResource)
    {
        if (entry.Answer is { } answer) return Read(answer);
        var outcome = entry.Outcome!;
        var isDeletion = entry.Method == "DELETE";
        var response = new JsonObject { ["status"] = StatusLine(isDeletion ? 204 : outcome.Status) };
        if (outcome.Version is { } version && !(isDeletion && !outcome.Changed))
        {
            response["location"] = version.VersionedReference;
            response["etag"] = version.Version.ToString(CultureInfo.InvariantCulture);
            if (outcome.Status == 201) response["lastModified"] = Instants.Format(version.LastUpdated);
        }

        response["outcome"] = OperationOutcomes.Of(outcome);
        var answered = new JsonObject();
        if (withResource && outcome.Version?.Copy() is { } resource) answered["resource"] = resource;
        answered["response"] = response;
        return answered;
    }

    public static JsonObject Failed(SandboxException failure) => new()
    {
        ["response"] = new JsonObject { ["status"] = StatusLine(failure.Status), ["outcome"] = OperationOutcomes.Of(failure, "exception") },
    };

    public static string StatusLine(int status) => $"{status} " + status switch
    {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        304 => "Not Modified",
        400 => "Bad Request",
        404 => "Not Found",
        409 => "Conflict",
        410 => "Gone",
        412 => "Precondition Failed",
        _ => "",
    };

    private static JsonObject Read(SandboxResponse answer)
    {
        var response = new JsonObject { ["status"] = StatusLine(answer.Status) };
        var entry = new JsonObject();
        var body = answer.Body.IsEmpty ? null : JsonNode.Parse(answer.Body.Span)!.AsObject();
        if (body is not null && answer.Status < 300) entry["resource"] = body;
        if (answer.Headers.TryGetValue("ETag", out var etag)) response["etag"] = etag;
        if (body is not null && answer.Status >= 400)
        {
            body["issue"]![0]!["code"] = "exception";
            response["outcome"] = body;
        }

        entry["response"] = response;
        return entry;
    }
}
