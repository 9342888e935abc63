using System.Collections.Frozen;
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

    /// <summary>The one item of the event that this is about, by its pointer in the message: the others go without it. Null: it is about all of them.</summary>
    public string? Only { get; init; }

    /// <summary>Items of the event that are events of their own, by their pointers in the message.</summary>
    public IReadOnlySet<string> Apart { get; init; } = FrozenSet<string>.Empty;

    internal bool Takes(string itemPointer) => Only is null ? !Apart.Contains(itemPointer) : Only == itemPointer;
}

/// <summary>A message as its vendor's definition reads it.</summary>
/// <param name="Verdict"><see cref="Verdict.Stored"/> when it may be recorded, else <see cref="Verdict.Malformed"/> or <see cref="Verdict.Invalid"/>.</param>
/// <param name="Problems">Why it is refused, each naming its place; may hold warnings for a message that is not.</param>
/// <param name="Identity">The same for every repeated sending of one message of a source; null when the vendor's messages have none of their own, and only their events can be told apart.</param>
/// <param name="Events">What it tells; empty when it is refused.</param>
/// <param name="Body">The whole JSON; undefined when it could not be read.</param>
public sealed record Reading(
    Verdict Verdict,
    IReadOnlyList<Problem> Problems,
    string? Identity,
    IReadOnlyList<VendorEvent> Events,
    JsonElement Body);

/// <summary>What the ledger knows of a message that its bytes don't tell.</summary>
/// <param name="MessageId">The ledger's id of the message.</param>
/// <param name="ReceivedAt">When it came in.</param>
public sealed record MessageFacts(string MessageId, DateTimeOffset ReceivedAt);

/// <summary>An example message of the vendor's own shape, kept in its folder.</summary>
/// <param name="Name">File name without extension.</param>
/// <param name="Body">The bytes as a sender would send them.</param>
/// <param name="Found">What its lookups answer, by <see cref="Lookup.Kind"/> ("Appointment", "Correlation"); empty when it needs none.</param>
/// <param name="IsDemo">The one that a demonstration sends.</param>
public sealed record Sample(string Name, ReadOnlyMemory<byte> Body, IReadOnlyDictionary<string, JsonElement> Found, bool IsDemo);
