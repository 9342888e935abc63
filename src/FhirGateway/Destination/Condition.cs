using System.Buffers;
using System.Text;
using System.Text.Json;

namespace FhirGateway.Destination;

/// <summary>
/// A search that names resources, as conditional references and writes hold it: <c>Patient?identifier=system|value</c>. What a server finds
/// by it is compared here letter by letter: R4 lets servers ignore case, and a chart must not be taken for another that differs in it.
/// </summary>
/// <param name="Text">As it is written, percent-encoded.</param>
/// <param name="Type">The type of what it names.</param>
public sealed record Condition(string Text, string Type)
{
    // The two elements that R4's search parameters of the name identifier look at.
    private static readonly string[] IdentifierElements = ["identifier", "masterIdentifier"];

    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>The names and values of the query, decoded.</summary>
    public IReadOnlyList<(string Name, string Value)> Query =>
        [.. Text[(Type.Length + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Parameter)];

    /// <summary>For people.</summary>
    public string Readable => Uri.UnescapeDataString(Text);

    /// <summary>Reads a query on a type's name; null for anything else, such as a URL elsewhere that holds a question mark too.</summary>
    public static Condition? Parse(string? text) =>
        text?.IndexOf('?', StringComparison.Ordinal) is > 0 and var mark && text.AsSpan(0, mark).IndexOfAnyExcept(Letters) < 0
            ? new Condition(text, text[..mark])
            : null;

    /// <summary>The condition that names a resource by its id.</summary>
    public static Condition OfId(string type, string id) => new($"{type}?_id={Uri.EscapeDataString(id)}", type);

    /// <summary>
    /// Whether a resource is exactly what is named. Parameters that say something else than a name are the server's to judge.
    /// </summary>
    public bool IsMetBy(JsonElement resource) => Json.Text(resource, "resourceType") == Type
        && Query.All(parameter => Tokens(parameter.Value).Any(token => IsNamed(resource, parameter.Name, token)));

    /// <summary>What R4's search parameter <c>identifier</c> looks at in a resource.</summary>
    public static IEnumerable<JsonElement> IdentifiersOf(JsonElement resource) =>
        IdentifierElements.SelectMany(element => OneOrMany(resource, element));

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static bool IsNamed(JsonElement resource, string parameter, (string? System, string? Value) token) => parameter switch
    {
        "_id" => Json.Text(resource, "id") == token.Value,
        "_tag" => Json.Property(resource, "meta") is { } meta && Json.Items(meta, "tag").Any(tag => Is(tag, "code", token)),
        "identifier" => IdentifiersOf(resource)
            .Any(identifier => Is(identifier, "value", token)),
        _ => true,
    };

    private static bool Is(JsonElement coded, string element, (string? System, string? Value) token) =>
        (token.System is null || (Json.Text(coded, "system") ?? "") == token.System)
        && (token.Value is null || Json.Text(coded, element) == token.Value);

    private static IEnumerable<JsonElement> OneOrMany(JsonElement parent, string name) => Json.Property(parent, name) switch
    {
        { ValueKind: JsonValueKind.Array } many => many.EnumerateArray(),
        { } one => [one],
        null => [],
    };

    private static (string Name, string Value) Parameter(string text)
    {
        var parts = text.Split('=', 2);
        return (Uri.UnescapeDataString(parts[0]), parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "");
    }

    /// <summary>
    /// The alternatives of a token (http://hl7.org/fhir/R4/search.html#token): a system that is null may be any, and so may a value.
    /// </summary>
    private static List<(string? System, string? Value)> Tokens(string text)
    {
        var tokens = new List<(string?, string?)>();
        var part = new StringBuilder();
        string? system = null;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length)
            {
                part.Append(text[++i]);
            }
            else if (text[i] == '|' && system is null)
            {
                system = part.ToString();
                part.Clear();
            }
            else if (text[i] == ',')
            {
                End();
            }
            else
            {
                part.Append(text[i]);
            }
        }

        End();
        return tokens;

        void End()
        {
            tokens.Add((system, system is not null && part.Length == 0 ? null : part.ToString()));
            system = null;
            part.Clear();
        }
    }
}
