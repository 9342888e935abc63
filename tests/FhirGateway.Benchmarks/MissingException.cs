namespace FhirGateway.Benchmarks;

/// <summary>Something that a benchmark needs is not on this machine; the message says what and where it belongs.</summary>
public sealed class MissingException(string message) : Exception(message);
