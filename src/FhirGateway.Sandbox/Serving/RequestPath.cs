namespace FhirGateway.Sandbox.Serving;

/// <summary>The parts of a request's path, decoded.</summary>
internal static class RequestPath
{
    public static string[] Segments(string path) =>
        [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];
}
