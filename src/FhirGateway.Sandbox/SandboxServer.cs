using System.Text;
using System.Text.Json.Nodes;
using FhirGateway.FhirPath;
using FhirGateway.Sandbox.Searching;
using FhirGateway.Sandbox.Serving;
using FhirGateway.Sandbox.Store;
using FhirGateway.Sandbox.Transactions;
using FhirGateway.Sandbox.Writing;
using Hl7.Fhir.Model;
using Hl7.Fhir.Utility;

namespace FhirGateway.Sandbox;

/// <summary>
/// A FHIR R4 server in memory that answers as HAPI FHIR 8.8 does: for first runs and tests, never for production.
/// Safe from any thread: writes follow one another, reads see a consistent state and wait for nobody.
/// </summary>
public sealed class SandboxServer(TimeProvider clock, SandboxOptions? options = null)
{
    private readonly SandboxOptions _options = options ?? new SandboxOptions();
    private readonly ReadInteractions _reads = new(options ?? new SandboxOptions(), clock);
    private readonly Lock _writing = new();
    private volatile StoreState _state = StoreState.Empty;

    /// <summary>Answers one request. Never throws for what a client sent: every failure is an OperationOutcome.</summary>
    public SandboxResponse Handle(SandboxRequest request)
    {
        var requestId = request.Header("X-Request-Id") ?? Guid.NewGuid().ToString("N")[..16];
        SandboxResponse response;
        try
        {
            response = Answer(request, requestId);
        }
        catch (SandboxException failure)
        {
            response = Answers.Failed(request, failure);
        }
        catch (Exception problem) when (problem is InvalidOperationException or ArgumentException or FormatException or FhirPathException)
        {
            // A fault of the sandbox's own. HAPI answers its own faults so too, and a caller's handling of 500 is worth testing.
            response = Answers.Failed(request, new SandboxException(500,
                $"{problem.GetType().Name}: {problem.Message}", OperationOutcome.IssueType.Exception));
        }

        var headers = new Dictionary<string, string>(response.Headers, StringComparer.OrdinalIgnoreCase) { ["X-Request-Id"] = requestId };
        return response with { Headers = headers, Body = request.Method == "HEAD" ? default : response.Body };
    }

    private SandboxResponse Answer(SandboxRequest request, string requestId)
    {
        if (request.Body.Length > _options.MaxBodyBytes)
        {
            throw new SandboxException(413,
                $"The request body is larger than {_options.MaxBodyBytes} bytes", OperationOutcome.IssueType.TooLong);
        }
        var path = RequestPath.Segments(request.Path);
        var query = QueryString.Parse(request.Query);
        if (request.Method is "GET" or "HEAD") return _reads.Answer(_state, request, path, query);
        if (request.Method == "POST" && path is [_, "_search"])
        {
            return _reads.Answer(_state, request, path, [.. query, .. QueryString.Parse(Encoding.UTF8.GetString(request.Body.Span))]);
        }

        if (request.Method is not ("POST" or "PUT" or "PATCH" or "DELETE"))
        {
            throw SandboxException.NotUnderstood(request.Method, request.Path, query.Select(parameter => parameter.Name));
        }
        if (path is [] && request.Method == "POST") return AnswerBundle(request, requestId);
        if (path.Length == 0 || path[^1].StartsWith('$') || path.Length > 2)
        {
            throw SandboxException.NotUnderstood(request.Method, request.Path, query.Select(parameter => parameter.Name));
        }
        var type = ServedTypes.Checked(path[0]);
        var resource = request.Method == "DELETE" ? null : ReadBody(request, request.Method == "PATCH" ? "Parameters" : type).Json;
        var id = path.ElementAtOrDefault(1);
        var outcome = Commit(request.BaseUrl, requestId, workspace => Write(new ResourceWriter(workspace), request, type, id, resource));
        return Answers.Written(request, outcome);
    }

    private static WriteOutcome Write(ResourceWriter writer, SandboxRequest request, string type, string? id, JsonObject? resource)
    {
        var ifMatch = request.Header("If-Match");
        var condition = $"{type}?{request.Query}";
        switch (request.Method)
        {
            case "POST" when id is null:
                return writer.Create(type, resource!, request.Header("If-None-Exist"));
            case "POST":
                throw SandboxException.BadRequest(
                    $"HAPI-0365: Can not create resource with ID \"{id}\", ID must not be supplied on a create (POST) operation (use "
                        + "an HTTP PUT / update operation if you wish to supply an ID)");
            case "PUT" when id is not null:
                CheckBodyId(id, (string?)resource!["id"]);
                return writer.Update(type, id, resource, ifMatch);
            case "PUT" when request.Query.Length == 0:
                throw SandboxException.BadRequest(
                    "HAPI-0418: Can not update resource, request URL must contain an ID element for update (PUT) operation (it must "
                        + "be of the form [base]/[resource type]/[id])");
            case "PUT":
                return writer.ConditionalUpdate(type, resource!, condition, ifMatch);
            case "PATCH":
                return id is not null
                    ? writer.Patch(type, id, resource!, ifMatch)
                    : writer.ConditionalPatch(type, resource!, condition, ifMatch);
            default:
                if (id is null && request.Query.Length == 0)
                {
                    throw SandboxException.BadRequest("HAPI-0967: Can not perform delete, no ID provided");
                }
                return id is not null ? writer.Delete(type, id) : writer.ConditionalDelete(type, condition);
        }
    }

    private SandboxResponse AnswerBundle(SandboxRequest request, string requestId)
    {
        var received = ReadBody(request, "Bundle");
        var bundle = (Bundle)received.Model;
        var kind = bundle.Type ?? Bundle.BundleType.Transaction;
        if (kind is not (Bundle.BundleType.Transaction or Bundle.BundleType.Batch))
        {
            throw SandboxException.BadRequest($"HAPI-0527: Unable to process transaction where incoming Bundle.type = {kind.GetLiteral()}");
        }

        var sent = bundle.Entry.Zip(received.Json["entry"] as JsonArray ?? [], (entry, json) => (entry, json!["resource"] as JsonObject))
            .ToList();
        var withResource = request.Header("Prefer")?.Contains("return=representation", StringComparison.OrdinalIgnoreCase) == true;
        var answers = kind == Bundle.BundleType.Batch
            ? [.. sent.Select((entry, index) => AnswerAlone(request, requestId, entry, index, withResource))]
            : AnswerTransaction(request, requestId, [.. sent.Select((entry, index) => Read(entry, index, request.BaseUrl))], withResource);
        var answer = new Bundle
        {
            Id = Guid.NewGuid().ToString(),
            Type = kind == Bundle.BundleType.Batch ? Bundle.BundleType.BatchResponse : Bundle.BundleType.TransactionResponse,
            Link = [new() { Relation = "self", Url = request.BaseUrl }],
            Entry = [.. answers.Select(answered => answered.Entry)],
        };
        var location = $"{request.BaseUrl}/Bundle/{answer.Id}";
        var resources = answers.Select(answered => answered.Resource).ToList();
        return Answers.Of(answer, resources, ("Content-Location", location), ("Location", location));
    }

    private static TransactionEntry Read((Bundle.EntryComponent Entry, JsonObject? Resource) sent, int index, string baseUrl)
    {
        // Its own tree: an entry's resource is changed, and out of its bundle it is a root.
        (sent.Resource?.Parent as JsonObject)?.Remove("resource");
        return TransactionEntry.Read(sent.Entry, sent.Resource, index, baseUrl);
    }

    private List<TransactionAnswer> AnswerTransaction(
        SandboxRequest request,
        string requestId,
        IReadOnlyList<TransactionEntry> entries,
        bool withResource)
    {
        var answered = Commit(request.BaseUrl, requestId, workspace =>
        {
            var written = new Transaction(workspace, entries).Write();
            foreach (var entry in written.Where(entry => entry.Method is "GET" or "HEAD")) ReadInside(request, workspace.State, entry);
            return written;
        });
        return [.. answered.Select(entry => TransactionAnswer.Of(entry, withResource))];
    }

    private TransactionAnswer AnswerAlone(
        SandboxRequest request,
        string requestId,
        (Bundle.EntryComponent Entry, JsonObject? Resource) sent,
        int index,
        bool withResource)
    {
        try
        {
            return AnswerTransaction(request, requestId, [Read(sent, index, request.BaseUrl)], withResource)[0];
        }
        catch (SandboxException failure)
        {
            return TransactionAnswer.Of(failure);
        }
    }

    private void ReadInside(SandboxRequest request, StoreState state, TransactionEntry entry)
    {
        ServedTypes.Checked(entry.Type);
        var none = new Dictionary<string, string>();
        var read = request with { Method = "GET", Path = entry.Path, Query = entry.Query, Headers = none, Body = default };
        try
        {
            entry.Answer = _reads.Answer(state, read, RequestPath.Segments(entry.Path), QueryString.Parse(entry.Query));
        }
        catch (SandboxException failure)
        {
            entry.ReadFailure = failure;
        }
    }

    // What a request writes becomes visible at once and as a whole, or not at all.
    private T Commit<T>(string baseUrl, string requestId, Func<Workspace, T> write)
    {
        lock (_writing)
        {
            var now = clock.GetUtcNow();
            var workspace = new Workspace(_state, baseUrl, requestId, now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond)));
            var written = write(workspace);
            workspace.CheckReferences();
            _state = workspace.State;
            return written;
        }
    }

    private static ReceivedResource ReadBody(SandboxRequest request, string type)
    {
        var operation = request.Method switch { "POST" => "CREATE", "PUT" => "UPDATE", _ => "PATCH" };
        var contentType = request.Header("Content-Type");
        if (string.IsNullOrEmpty(contentType))
        {
            throw SandboxException.BadRequest(
                $"HAPI-0448: No Content-Type header was provided in the request. This is required for \"{operation}\" operation");
        }
        var media = contentType.Split(';')[0].Trim();
        if (media is not ("application/fhir+json" or "application/json" or "application/json+fhir" or "text/json"))
        {
            throw SandboxException.BadRequest(
                $"HAPI-0449: Incorrect Content-Type header value of \"{contentType}\" was provided in the request. A FHIR "
                    + $"Content-Type is required for \"{operation}\" operation");
        }

        return ReceivedResource.Read(request.Body, type);
    }

    private static void CheckBodyId(string id, string? bodyId)
    {
        if (bodyId is null)
        {
            throw SandboxException.BadRequest(
                "HAPI-0419: Can not update resource, resource body must contain an ID element for update (PUT) operation");
        }
        if (bodyId != id)
        {
            throw SandboxException.BadRequest(
                "HAPI-0420: Can not update resource, resource body must contain an ID element which matches the request URL for "
                    + $"update (PUT) operation - Resource body ID of \"{bodyId}\" does not match URL ID of \"{id}\"");
        }
    }
}
