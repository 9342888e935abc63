using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using FhirGateway.Mapping.Json;

namespace FhirGateway.Mappings.Metriport;

/// <summary>
/// Links with a signature in them: whoever holds one may open what it names, for some minutes. They never get into a chart. Metriport's
/// consolidated data is such links, where it is not empty; the page shows it in line.
/// </summary>
internal static partial class SignedLinks
{
    /// <summary>Whether the bundle of a patient holds nothing at all.</summary>
    public static bool IsNothing(JsonElement patient) =>
        JsonPointer.Find(patient, "/bundle") is { ValueKind: JsonValueKind.Object } bundle && Entries(bundle).Count == 0;

    /// <summary>Whether the bundle of a patient is links only: the data itself was not sent.</summary>
    public static bool AreAll(JsonElement patient) =>
        JsonPointer.Find(patient, "/bundle") is { ValueKind: JsonValueKind.Object } bundle
            && Entries(bundle) is { Count: > 0 } entries
            && entries.TrueForAll(IsLink);

    /// <summary>JSON as it came, or, where it holds signed links, the same without them.</summary>
    /// <returns>The bytes, and how many links were removed.</returns>
    public static (byte[] Json, int Removed) Removed(JsonElement json)
    {
        if (!Signed().IsMatch(json.GetRawText())) return (JsonMarshal.GetRawUtf8Value(json).ToArray(), 0);
        var buffer = new ArrayBufferWriter<byte>();
        var removed = 0;
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = int.MaxValue })) Write(writer, json, ref removed);
        return removed == 0 ? (JsonMarshal.GetRawUtf8Value(json).ToArray(), 0) : (buffer.WrittenSpan.ToArray(), removed);
    }

    private static List<JsonElement> Entries(JsonElement bundle) =>
        JsonPointer.Find(bundle, "/entry") is { ValueKind: JsonValueKind.Array } entries ? [.. entries.EnumerateArray()] : [];

    private static bool IsLink(JsonElement entry)
    {
        if (JsonPointer.FindText(entry, "/resource/resourceType") != "DocumentReference") return false;
        if (JsonPointer.Find(entry, "/resource/content") is not { ValueKind: JsonValueKind.Array } contents) return false;
        return contents.GetArrayLength() > 0 && contents.EnumerateArray().All(content =>
            JsonPointer.FindText(content, "/attachment/url")?.StartsWith("http", StringComparison.OrdinalIgnoreCase) == true
                && JsonPointer.Find(content, "/attachment/data") is null);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement json, ref int removed)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in json.EnumerateObject())
                {
                    if (IsWholly(property.Value, ref removed)) continue;
                    writer.WritePropertyName(property.Name);
                    Write(writer, property.Value, ref removed);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in json.EnumerateArray())
                {
                    if (!IsWholly(item, ref removed)) Write(writer, item, ref removed);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String when Signed().Count(json.GetString()!) is > 0 and var links:
                removed += links;
                writer.WriteStringValue(Signed().Replace(json.GetString()!, "(a signed link was removed)"));
                break;
            default:
                writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(json));
                break;
        }
    }

    // The value is a link and nothing else: it goes with its name.
    private static bool IsWholly(JsonElement json, ref int removed)
    {
        if (json.ValueKind != JsonValueKind.String
            || Signed().Match(json.GetString()!) is not { Success: true } link
            || link.Length != json.GetString()!.Trim().Length)
        {
            return false;
        }

        removed++;
        return true;
    }

    // What the clouds' signed links carry, in whatever place (Metriport's own page has lost the question mark). Without backtracking: a
    // text of a thousand beginnings of links would else be read a thousand times.
    [GeneratedRegex(
        @"https?:(//|\\/\\/)[^\s""'<>]*?([?&;-](X-)?Amz-|X-Goog-|[?&;](Signature|sig|Expires|Policy|Key-Pair-Id|AWSAccessKeyId|token|acc"
            + @"ess_token|jwt)=)[^\s""'<>]*",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Signed();
}
