namespace FhirGateway.Destination;

/// <summary>A resource on a server: <c>Type/id</c>, and the version when it is said.</summary>
public sealed record ResourceLocation(string Type, string Id, string? Version)
{
    /// <summary>Reads <c>Type/id</c> or <c>Type/id/_history/version</c>, relative or absolute; null when it is neither.</summary>
    public static ResourceLocation? Parse(string? location)
    {
        if (location is null) return null;
        var parts = location.Split('/');
        return parts switch
        {
            [.., var type, var id, "_history", var version] when IsType(type) && IsId(id) && IsId(version) =>
                new ResourceLocation(type, id, version),
            [.., var type, var id] when IsType(type) && IsId(id) => new ResourceLocation(type, id, null),
            _ => null,
        };
    }

    /// <summary>A relative reference, <c>Type/id</c>.</summary>
    public override string ToString() => $"{Type}/{Id}";

    // R4 allows 64 characters; some servers take more, and none needs this many.
    private static bool IsId(string text) => text.Length is > 0 and <= 256;

    private static bool IsType(string text) =>
        text.Length is > 0 and <= 64 && char.IsAsciiLetterUpper(text[0]) && text.All(char.IsAsciiLetter);
}
