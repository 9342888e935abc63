namespace FhirGateway.Ledger.Sql;

/// <summary>Rows of new messages and deliveries, to be written together in their order.</summary>
internal sealed class NewRows
{
    private readonly List<AcceptedHead> _messages = [];
    private readonly List<Delivery> _deliveries = [];

    public IReadOnlyList<AcceptedHead> Messages => _messages;

    public IReadOnlyList<Delivery> Deliveries => _deliveries;

    public void Add(AcceptedHead message) => _messages.Add(message);

    public void Add(Delivery delivery) => _deliveries.Add(delivery);

    public void Clear()
    {
        _messages.Clear();
        _deliveries.Clear();
    }

    /// <summary>A row of <c>delivery</c>; what quotes a payload is sealed.</summary>
    internal sealed record Delivery(
        string Id,
        string MessageId,
        string Source,
        string EventKey,
        string EventType,
        string Lane,
        string State,
        string? Reason,
        string? Outcome,
        DateTimeOffset? DueAt,
        string? FirstDeliveryId,
        DateTimeOffset ReceivedAt,
        DateTimeOffset ChangedAt,
        string? Content,
        string? Doubts,
        string? Correlation);
}
