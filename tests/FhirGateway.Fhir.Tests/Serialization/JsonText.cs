using System.Text.Json;

namespace FhirGateway.Fhir.Tests.Serialization;

/// <summary>Compares JSON texts token by token: the same properties in the same order, and every number as it was written.</summary>
internal static class JsonText
{
    /// <summary>Where the texts first differ, as path and both values; null when they don't.</summary>
    public static string? Difference(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        using var left = JsonDocument.Parse(expected.ToArray());
        using var right = JsonDocument.Parse(actual.ToArray());
        return Difference("$", left.RootElement, right.RootElement);
    }

    private static string? Difference(string path, JsonElement expected, JsonElement actual)
    {
        if (expected.ValueKind != actual.ValueKind) return $"{path}: {expected.ValueKind} became {actual.ValueKind}";
        return expected.ValueKind switch
        {
            JsonValueKind.Object => ObjectDifference(path, expected, actual),
            JsonValueKind.Array => ArrayDifference(path, expected, actual),
            JsonValueKind.String => expected.GetString() == actual.GetString() ? null : $"{path}: {expected} became {actual}",
            _ => expected.GetRawText() == actual.GetRawText() ? null : $"{path}: {expected.GetRawText()} became {actual.GetRawText()}",
        };
    }

    private static string? ObjectDifference(string path, JsonElement expected, JsonElement actual)
    {
        var left = expected.EnumerateObject().ToList();
        var right = actual.EnumerateObject().ToList();
        var names = string.Join(' ', left.Select(property => property.Name));
        var others = string.Join(' ', right.Select(property => property.Name));
        return names != others
            ? $"{path}: properties {names} became {others}"
            : left.Zip(right).Select(pair => Difference($"{path}.{pair.First.Name}", pair.First.Value, pair.Second.Value)).FirstOrDefault(found => found is not null);
    }

    private static string? ArrayDifference(string path, JsonElement expected, JsonElement actual)
    {
        if (expected.GetArrayLength() != actual.GetArrayLength()) return $"{path}: {expected.GetArrayLength()} items became {actual.GetArrayLength()}";
        return expected.EnumerateArray().Zip(actual.EnumerateArray())
            .Select((pair, index) => Difference($"{path}[{index}]", pair.First, pair.Second))
            .FirstOrDefault(found => found is not null);
    }
}
