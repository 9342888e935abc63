using System.Text.Json;
using System.Text.Json.Serialization;

namespace FhirGateway.Ledger.Sql;

/// <summary>What is appended beside a message's body: all that the index needs, so that no body is read for it.</summary>
/// <param name="Id">The message's id, should it be no duplicate.</param>
/// <param name="Size">Bytes of the body.</param>
/// <param name="Digest">Lower-case hex SHA-256 of the body.</param>
internal sealed record AcceptedHead(
    string Id,
    string Source,
    string Identity,
    string? ContentType,
    string? Headers,
    DateTimeOffset ReceivedAt,
    string? Note,
    long Size,
    string Digest,
    IReadOnlyList<NewDelivery> Deliveries)
{
    /// <summary>Where it was appended, and the sequence of its message: known once it is read back.</summary>
    [JsonIgnore]
    public long Sequence { get; init; }

    public static AcceptedHead Of(NewMessage message, string id, string digest) => new(
        id, message.Source, message.Identity, message.ContentType, message.Headers, message.ReceivedAt, message.Note, message.Body.Length,
        digest, message.Deliveries);

    public static AcceptedHead Parse(long sequence, byte[] bytes) =>
        JsonSerializer.Deserialize(bytes, AcceptedHeadJson.Default.AcceptedHead)! with { Sequence = sequence };

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, AcceptedHeadJson.Default.AcceptedHead);
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AcceptedHead))]
internal sealed partial class AcceptedHeadJson : JsonSerializerContext;
