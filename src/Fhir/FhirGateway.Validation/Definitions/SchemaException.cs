namespace FhirGateway.Validation.Definitions;

/// <summary>A definition can't be compiled; the message says why and what to change.</summary>
internal sealed class SchemaException(string message) : Exception(message);
