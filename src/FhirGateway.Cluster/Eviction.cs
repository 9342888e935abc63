namespace FhirGateway.Cluster;

/// <summary>
/// What Orleans does with a member that was declared dead: it ends the process at once. A gateway goes on receiving, and joins anew.
/// </summary>
internal sealed class Eviction(MemberLife life) : IFatalErrorHandler
{
    public bool IsUnexpected(Exception exception) => true;

    public void OnFatalException(object? sender, string? context, Exception? exception) =>
        life.Evict(context ?? "it can't go on");
}
