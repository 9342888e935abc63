namespace FhirGateway.FhirPath.Patch;

/// <summary>A patch that can't be applied: it is malformed, or the resource is not as its operations expect.</summary>
public sealed class FhirPathPatchException(string message) : Exception(message);
