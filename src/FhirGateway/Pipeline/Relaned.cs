using FhirGateway.Destination;

namespace FhirGateway.Pipeline;

/// <summary>It turned out to belong to another lane than it was claimed in, where it must wait its turn; nothing was sent.</summary>
public sealed record Relaned(string Lane, string Reason) : Outcome;
