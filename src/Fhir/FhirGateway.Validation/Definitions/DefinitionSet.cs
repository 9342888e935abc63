using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json;
using FhirGateway.FhirPath.Types;
using FhirGateway.Json;

namespace FhirGateway.Validation.Definitions;

/// <summary>
/// All definitions one validator works with: R4's own, those of packages, and those added by hand. Parsed when first
/// asked for and kept; safe from any thread.
/// </summary>
/// <param name="find">
/// Finds a definition's JSON in packages by canonical (<c>url</c> or <c>url|version</c>) and resource type; null without packages.
/// It may throw IOException or UnauthorizedAccessException: the definition is there but can't be read, and the message is told.
/// </param>
public sealed class DefinitionSet(Func<string, string, byte[]?>? find = null)
{
    // Canonicals come from hostile instances too: what was not found is remembered only up to a number.
    private const int MaxRemembered = 20_000;
    private const int MaxRememberedLength = 1_000;
    private const int MaxDepth = 256;

    // And only up to a length: nobody's definition has a longer url.
    private const int MaxLength = 2048;

    private readonly ConcurrentDictionary<(string Type, string Canonical), JsonElement> _added = new();
    private readonly ConcurrentDictionary<(string Type, string Canonical), Found> _found = new();
    private readonly ConcurrentDictionary<string, Structure?> _structures = new(StringComparer.Ordinal);

    /// <summary>Adds a definition: it wins over the packages' and R4's of the same url. Add before the set is used.</summary>
    /// <exception cref="ArgumentException">
    /// It has no url, or is not JSON that can be read without surprise (<see cref="ForeignJson"/>).
    /// </exception>
    public void Add(JsonElement definition)
    {
        if (definition.Text("resourceType") is not { } type || definition.Text("url") is not { } url)
        {
            throw new ArgumentException("A definition needs a resourceType and a url.", nameof(definition));
        }

        try
        {
            definition = ForeignJson.Parse(JsonMarshal.GetRawUtf8Value(definition), MaxDepth);
        }
        catch (JsonException error)
        {
            throw new ArgumentException($"The {type} {url} can't be read: {error.Message}", nameof(definition), error);
        }

        _added[(type, url)] = definition;
        if (definition.Text("version") is { } version) _added[(type, url + "|" + version)] = definition;
        _found.Clear();
        _structures.Clear();
    }

    /// <summary>Whether a definition may have such a canonical: what is longer is unknown, and is not remembered as such.</summary>
    public static bool IsPossible(string canonical) => canonical.Length <= MaxLength;

    /// <summary>
    /// A profile, extension or type by canonical; null when unknown. A version that R4's own definition does not have is not found.
    /// </summary>
    /// <exception cref="DefinitionException">It can't be read.</exception>
    public Structure? Structure(string canonical)
    {
        if (!IsPossible(canonical)) return null;
        if (_structures.TryGetValue(canonical, out var structure)) return structure;
        structure = Resource("StructureDefinition", canonical) is { } json ? FhirPath.Types.Structure.Parse(json) : Core(canonical);
        if (IsWorthRemembering(canonical, _structures.Count)) _structures[canonical] = structure;
        return structure;
    }

    /// <summary>A ValueSet resource by canonical; null when unknown.</summary>
    /// <inheritdoc cref="Structure" path="/exception"/>
    public JsonElement? ValueSet(string canonical) => Resource("ValueSet", canonical) ?? R4Definitions.ValueSet(WithoutVersion(canonical));

    /// <summary>A CodeSystem resource by canonical; null when unknown.</summary>
    /// <inheritdoc cref="Structure" path="/exception"/>
    public JsonElement? CodeSystem(string canonical) =>
        Resource("CodeSystem", canonical) ?? R4Definitions.CodeSystem(WithoutVersion(canonical));

    /// <summary>A definition from packages or added by hand, such as a Questionnaire; null when unknown.</summary>
    /// <inheritdoc cref="Structure" path="/exception"/>
    public JsonElement? Resource(string type, string canonical)
    {
        if (!IsPossible(canonical)) return null;
        if (_added.TryGetValue((type, canonical), out var added)) return added;
        if (!_found.TryGetValue((type, canonical), out var found))
        {
            found = Load(type, canonical);
            if (IsWorthRemembering(canonical, _found.Count)) _found[(type, canonical)] = found;
        }

        return found.Problem is null ? found.Json : throw new DefinitionException(found.Problem);
    }

    /// <summary>The canonical without <c>|version</c> and fragment.</summary>
    public static string WithoutVersion(string canonical)
    {
        var end = canonical.AsSpan().IndexOfAny('|', '#');
        return end < 0 ? canonical : canonical[..end];
    }

    private Found Load(string type, string canonical)
    {
        try
        {
            return find?.Invoke(canonical, type) is { } bytes ? new Found(ForeignJson.Parse(bytes, MaxDepth), null) : default;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            return new Found(null, $"The {type} {canonical} can't be read: {error.Message}");
        }
    }

    private static bool IsWorthRemembering(string canonical, int known) => known < MaxRemembered && canonical.Length <= MaxRememberedLength;

    private static Structure? Core(string canonical)
    {
        var bar = canonical.IndexOf('|', StringComparison.Ordinal);
        var structure = R4Definitions.Structure(bar < 0 ? canonical : canonical[..bar]);
        if (bar < 0 || structure is null) return structure;
        var version = canonical.AsSpan(bar + 1);
        return "4.0.1".AsSpan().StartsWith(version, StringComparison.Ordinal) || structure.Version == version ? structure : null;
    }

    // What can't be read is remembered too: it may be large.
    private readonly record struct Found(JsonElement? Json, string? Problem);
}
