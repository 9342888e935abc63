using System.Globalization;
using System.Text.Json.Nodes;
using FhirGateway.Sandbox.Serving;
using Hl7.Fhir.Model;

namespace FhirGateway.Sandbox.Transactions;

/// <summary>What a transaction or batch answers for one of its entries, in HAPI's shape.</summary>
/// <param name="Entry">The entry of the answering bundle, without its resource.</param>
/// <param name="Resource">The resource that goes with it; null when none does.</param>
internal sealed record TransactionAnswer(Bundle.EntryComponent Entry, JsonObject? Resource)
{
    /// <summary>The answer to an entry that was executed.</summary>
    /// <param name="withResource">Whether the client prefers to see what a write made (Prefer: return=representation).</param>
    public static TransactionAnswer Of(TransactionEntry entry, bool withResource)
    {
        if (entry.ReadFailure is { } failure) return Of(failure);
        if (entry.Answer is { } answer) return OfRead(answer);
        var outcome = entry.Outcome!;
        var isDeletion = entry.Method == "DELETE";
        var response = new Bundle.ResponseComponent
        {
            Status = StatusLine(isDeletion ? 204 : outcome.Status),
            Outcome = Outcomes.Of(outcome),
        };
        if (outcome.Version is { } version && !(isDeletion && !outcome.Changed))
        {
            response.Location = version.VersionedReference;
            response.Etag = version.Version.ToString(CultureInfo.InvariantCulture);
            if (outcome.Status == 201) response.LastModified = version.LastUpdated;
        }

        return new TransactionAnswer(new Bundle.EntryComponent { Response = response }, withResource ? outcome.Version?.Copy() : null);
    }

    /// <summary>The answer to an entry that failed alone, in a batch or as a read.</summary>
    public static TransactionAnswer Of(SandboxException failure) => new(
        new Bundle.EntryComponent
        {
            Response = new Bundle.ResponseComponent
            {
                Status = StatusLine(failure.Status),
                Outcome = Outcomes.Of(failure, OperationOutcome.IssueType.Exception),
            },
        },
        null);

    private static TransactionAnswer OfRead(SandboxResponse answer) => new(
        new Bundle.EntryComponent { Response = new Bundle.ResponseComponent { Status = StatusLine(answer.Status) } },
        answer.Body.IsEmpty ? null : JsonNode.Parse(answer.Body.Span)!.AsObject());

    private static string StatusLine(int status) => $"{status} " + status switch
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
}
