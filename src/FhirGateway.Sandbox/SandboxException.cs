using Hl7.Fhir.Model;

namespace FhirGateway.Sandbox;

/// <summary>Ends a request with an OperationOutcome. Nothing the request did so far is kept.</summary>
internal sealed class SandboxException(
    int status,
    string diagnostics,
    OperationOutcome.IssueType code = OperationOutcome.IssueType.Processing) : Exception(diagnostics)
{
    /// <summary>HTTP status of the answer.</summary>
    public int Status { get; } = status;

    /// <summary>The issue's type in the OperationOutcome.</summary>
    public OperationOutcome.IssueType Code { get; } = code;

    /// <summary>The element at fault, as a FHIRPath; null when the failure is about no single element.</summary>
    public string? Element { get; init; }

    /// <summary>Where the answer points to (a deleted resource's last version); null for most failures.</summary>
    public string? Location { get; init; }

    internal static SandboxException BadRequest(string diagnostics) => new(400, diagnostics);

    internal static SandboxException Unparsable(string reason, string? element = null) =>
        new(400, $"HAPI-0450: Failed to parse request body as JSON resource. Error was: {reason}") { Element = element };

    internal static SandboxException NotKnown(string type, string id) => new(404, $"HAPI-2001: Resource {type}/{id} is not known");

    internal static SandboxException NotUnderstood(string method, string path, IEnumerable<string> parameters) => new(
        400,
        $"Invalid request: The FHIR endpoint on this server does not know how to handle {method} operation[{path}] with parameters "
            + $"[[{string.Join(", ", parameters)}]]",
        OperationOutcome.IssueType.NotSupported);
}
