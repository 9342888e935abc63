namespace FhirGateway.Sandbox.Patching;

/// <summary>A patch that can't be applied: it is malformed, or the resource is not as its operations expect.</summary>
internal sealed class FhirPathPatchException(string message) : Exception(message);
