using System.Text.Json;

namespace FhirGateway.Mapping;

/// <summary>One thing a message tells: what becomes one delivery, or none.</summary>
/// <param name="Type">The kind of event, as the vendor's definition names it.</param>
/// <param name="Key">Tells this event from all others of its source; the same for every repeated sending of it.</param>
/// <param name="Pointer">Where in the message it stands (RFC 6901); empty when the message is the event.</param>
/// <param name="Body">The event's own JSON.</param>
/// <param name="Message">The whole message's JSON.</param>
/// <param name="Acknowledged">Why it owes no delivery; null when it owes one.</param>
public sealed record VendorEvent(string Type, string Key, string Pointer, JsonElement Body, JsonElement Message, string? Acknowledged)
{
    /// <summary>
    /// The rules it breaks, beside others of its message that break none: the message is taken for their sake, and of this one nothing
    /// can be delivered. Empty for a sound event.
    /// </summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>A digest of what it says, so that the same event with another one is known to have changed.</summary>
    public string Content { get; init; } = "";

    /// <summary>
    /// Of an event that owes nothing because no rule knows its kind: pointers to what tells the kind. Empty for all others.
    /// </summary>
    public IReadOnlyList<string> Drift { get; init; } = [];

    /// <summary>Of a part, the event that it is a part of; null for one that is whole.</summary>
    public VendorEvent? Whole { get; init; }

    /// <summary>Whether the event is about an item of its own, by the item's pointer in the message.</summary>
    internal Func<string, bool> Takes { get; init; } = _ => true;
}

/// <summary>A message as its vendor's definition reads it.</summary>
/// <param name="Verdict">
/// <see cref="Verdict.Stored"/> when it may be recorded, else <see cref="Verdict.Malformed"/> or <see cref="Verdict.Invalid"/>.
/// </param>
/// <param name="Problems">Why it is refused, each naming its place; may hold warnings for a message that is not.</param>
/// <param name="Identity">
/// The same for every repeated sending of one message of a source; null when the vendor's messages have none of their own, and only their
/// events can be told apart.
/// </param>
/// <param name="Events">What it tells; empty when it is refused.</param>
/// <param name="Body">The whole JSON; undefined when it could not be read.</param>
public sealed record Reading(
    Verdict Verdict,
    IReadOnlyList<Problem> Problems,
    string? Identity,
    IReadOnlyList<VendorEvent> Events,
    JsonElement Body)
{
    /// <summary>The event that a delivery was recorded for; null when the message does not hold it, as it is read now.</summary>
    /// <param name="key">
    /// The event's key, as this or an earlier release spelled it. Of several events of one key, one that breaks no rule counts.
    /// </param>
    public VendorEvent? Find(string key)
    {
        var same = Events.Where(e => string.Equals(e.Key, key, StringComparison.OrdinalIgnoreCase));
        return same.OrderByDescending(e => e.Key == key).ThenBy(e => e.Problems.Count).FirstOrDefault()
            ?? Events.Select(e => Parting.PartNamed(e.Whole ?? e, key)).FirstOrDefault(part => part is not null);
    }
}

/// <summary>What the ledger knows of a message that its bytes don't tell.</summary>
/// <param name="MessageId">The ledger's id of the message.</param>
/// <param name="ReceivedAt">When it came in.</param>
public sealed record MessageFacts(string MessageId, DateTimeOffset ReceivedAt);

/// <summary>An example message of the vendor's own shape, kept in its folder.</summary>
/// <param name="Name">File name without extension.</param>
/// <param name="Body">The bytes as a sender would send them.</param>
/// <param name="Found">
/// What its lookups answer, by <see cref="Lookup.Kind"/> ("Appointment", "Correlation"); empty when it needs none.
/// </param>
/// <param name="IsDemo">The one that a demonstration sends.</param>
public sealed record Sample(string Name, ReadOnlyMemory<byte> Body, IReadOnlyDictionary<string, JsonElement> Found, bool IsDemo);
