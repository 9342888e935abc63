namespace FhirGateway.Ledger;

/// <remarks>What people and the API look at. Nothing here changes anything.</remarks>
public partial interface ILedger
{
    /// <summary>When the oldest delivery was received that is still owed (pending, delivering or parked); null when nothing is.</summary>
    Task<DateTimeOffset?> OldestOwedAsync(CancellationToken cancellationToken = default);

    /// <summary>A page of deliveries, newest first.</summary>
    Task<IReadOnlyList<DeliveryView>> DeliveriesAsync(DeliveryFilter filter, CancellationToken cancellationToken = default);

    /// <summary>The deliveries of one message, in the order of recording.</summary>
    Task<IReadOnlyList<DeliveryView>> DeliveriesOfAsync(string messageId, CancellationToken cancellationToken = default);

    /// <summary>A delivery and all that was tried; null when there is no such delivery.</summary>
    Task<DeliveryHistory?> DeliveryAsync(string deliveryId, CancellationToken cancellationToken = default);

    /// <summary>A page of messages, newest first: also those that owe nothing.</summary>
    Task<IReadOnlyList<MessageView>> MessagesAsync(MessageFilter filter, CancellationToken cancellationToken = default);

    /// <summary>A message without its body; null when there is no such message.</summary>
    Task<MessageView?> MessageAsync(string messageId, CancellationToken cancellationToken = default);

    /// <summary>A message's bytes exactly as received; null when there is no such message, or its body is gone.</summary>
    Task<byte[]?> MessageBodyAsync(string messageId, CancellationToken cancellationToken = default);

    /// <summary>The counted refusals, newest day first.</summary>
    /// <param name="source">Only this source's; null for all.</param>
    Task<IReadOnlyList<RefusalCount>> RefusalsAsync(string? source = null, CancellationToken cancellationToken = default);

    /// <summary>A page of the refused calls that were kept, newest first.</summary>
    Task<IReadOnlyList<RefusedCall>> RefusedCallsAsync(RefusedCallFilter filter, CancellationToken cancellationToken = default);
}
