using System.Text.Json;
using FhirGateway.Mapping.Json;

namespace FhirGateway.Mapping;

/// <summary>
/// One part of what tells a message or an event from all others: a value at a pointer, or the hash of all that lies there.
/// </summary>
public sealed record KeyPart
{
    private KeyPart(string pointer, bool inMessage, bool hashed) => (Pointer, InMessage, Hashed) = (pointer, inMessage, hashed);

    /// <summary>RFC 6901.</summary>
    public string Pointer { get; }

    /// <summary>The pointer starts at the whole message, not at the event.</summary>
    public bool InMessage { get; }

    /// <summary>The SHA-256 of the canonical JSON counts, not the value.</summary>
    public bool Hashed { get; }

    public static implicit operator KeyPart(string pointer) => new(pointer, inMessage: false, hashed: false);

    public static KeyPart FromString(string pointer) => pointer;

    /// <summary>A value of the message around the event.</summary>
    public static KeyPart Message(string pointer) => new(pointer, inMessage: true, hashed: false);

    /// <summary>All that lies at a pointer, whatever its spelling.</summary>
    public static KeyPart Content(string pointer) => new(pointer, inMessage: false, hashed: true);

    /// <summary>The part in words.</summary>
    public string InWords =>
        (Hashed ? "hash of " : "") + (Pointer.Length == 0 ? "the whole event" : $"`{Pointer}`") + (InMessage ? " of the message" : "");

    /// <summary>
    /// All parts as one key: readable, unambiguous, the same for the same values. A value that is missing counts as empty; a UUID has one
    /// spelling.
    /// </summary>
    internal static string Join(IEnumerable<KeyPart> parts, JsonElement body, JsonElement message) =>
        Join(parts.Select(part => Uuids.InOneSpelling(part.Of(body, message))));

    /// <summary>
    /// As <see cref="Join(IEnumerable{KeyPart}, JsonElement, JsonElement)"/>, every value as it was sent: ids are made of it, and those
    /// must stay what they were.
    /// </summary>
    internal static string JoinAsSent(IEnumerable<KeyPart> parts, JsonElement body, JsonElement message) =>
        Join(parts.Select(part => part.Of(body, message)));

    private static string Join(IEnumerable<string> values) =>
        string.Join(
            '|',
            values.Select(value => value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("|", @"\|", StringComparison.Ordinal)));

    private string Of(JsonElement body, JsonElement message)
    {
        if (JsonPointer.Find(InMessage ? message : body, Pointer) is not { } found) return "";
        if (Hashed) return CanonicalJson.Hash(found)[..32];
        return found.ValueKind switch
        {
            JsonValueKind.String => found.GetString()!,
            JsonValueKind.Null => "",
            JsonValueKind.Object or JsonValueKind.Array => CanonicalJson.Hash(found)[..32],
            _ => found.GetRawText(),
        };
    }
}
