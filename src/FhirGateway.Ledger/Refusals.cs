namespace FhirGateway.Ledger;

/// <summary>Calls that were refused since they were counted last.</summary>
/// <param name="Source">A configured source's name: never a caller's own words, which would grow the ledger at will.</param>
/// <param name="Reason">A word of a fixed list, such as <c>unproven</c>.</param>
public sealed record NewRefusals(string Source, string Reason, long Count, DateTimeOffset LastAt);

/// <summary>Webhook calls that were refused on one day (UTC), whoever made them.</summary>
public sealed record RefusalCount(string Source, string Reason, DateOnly Day, long Count, DateTimeOffset LastAt);

/// <summary>A refused call of a sender that had proven who it is.</summary>
/// <param name="Status">The HTTP status that it was answered with.</param>
/// <param name="Reason">A word of a fixed list, such as <c>invalid</c>.</param>
/// <param name="BodyBytes">The body's length as it travelled.</param>
/// <param name="Problems">Opaque JSON: which rules the call broke, and where. No value of its body.</param>
public sealed record NewRefusedCall(string Source, DateTimeOffset ReceivedAt, int Status, string Reason, long BodyBytes, string Problems);

/// <summary>A refused call as it was kept; see <see cref="NewRefusedCall"/>.</summary>
/// <param name="Sequence">Its place in the order of refusals, over all sources.</param>
public sealed record RefusedCall(
    long Sequence, string Source, DateTimeOffset ReceivedAt, int Status, string Reason, long BodyBytes, string Problems);

/// <summary>Which refused calls to list, newest first.</summary>
/// <param name="Source">Only this source's; null for all.</param>
/// <param name="Before">Only those before this sequence: the last one of the page before; null for the first page.</param>
/// <param name="Limit">The page's size.</param>
public sealed record RefusedCallFilter(string? Source = null, long? Before = null, int Limit = 50);
