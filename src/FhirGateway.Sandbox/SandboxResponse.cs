namespace FhirGateway.Sandbox;

/// <summary>The answer to a <see cref="SandboxRequest"/>.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Headers">Headers by name, Content-Type included when there is a body.</param>
/// <param name="Body">The body; empty when there is none.</param>
public sealed record SandboxResponse(int Status, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body);
