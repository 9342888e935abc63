using System.Text.Json;
using FhirGateway.Reading;
using FhirGateway.Testing;
using FhirGateway.Validation.Definitions;

namespace FhirGateway.Validation.Tests.Cases;

/// <summary>One case of HL7's validator tests: a resource, what is loaded beside it, and whether HL7's validator found errors.</summary>
/// <param name="Name">Unique: cases of one name are numbered.</param>
/// <param name="Part">base (the resource alone) or profile (against the profile the case names).</param>
/// <param name="ExpectsErrors">Whether the recorded outcome has an error.</param>
/// <param name="Entry">The case in the manifest.</param>
internal sealed record ValidatorCase(string Name, string Part, bool ExpectsErrors, JsonElement Entry)
{
    private static readonly string? Folder = Repository.SharedPath("conformance/validator-r4");
    private static readonly Lazy<IReadOnlyDictionary<string, ValidatorCase>> Cases = new(
        () => Read().ToDictionary(item => item.Name, StringComparer.Ordinal));

    /// <summary>The cases that have an outcome, by name.</summary>
    public static IReadOnlyDictionary<string, ValidatorCase> All => Cases.Value;

    /// <summary>The resource, in UTF-8: not always JSON that can be read.</summary>
    public byte[] Json => File.ReadAllBytes(Path.Combine(Folder!, Entry.GetProperty("file").GetString()!));

    /// <summary>The definitions that are known beside R4's, and the canonicals of the profiles that the resource must conform to.</summary>
    public (IReadOnlyList<JsonElement> Definitions, IReadOnlyList<string> Profiles) Given()
    {
        var definitions = Texts("supporting").Concat(Texts("profiles")).Concat(Texts("supporting5")).Select(Definition).ToList();
        var profiles = new List<string>();
        if (Part == "profile" && Entry.TryGetProperty("profile", out var profile))
        {
            definitions.AddRange(Texts(profile, "supporting").Select(Definition));
            var source = profile.GetProperty("source").GetString()!;
            definitions.Add(Definition(source));
            profiles.Add(definitions[^1]?.GetProperty("url").GetString() ?? source);
        }

        return ([.. definitions.OfType<JsonElement>()], profiles);
    }

    public ValidationResult Run()
    {
        var (known, profiles) = Given();
        var definitions = new DefinitionSet();
        foreach (var definition in known) definitions.Add(definition);
        var options = new ValidationOptions
        {
            RefuseUnknownExtensions = true,
            RefuseWrongDisplays = true,
            RequireVitalSigns = true,
            ValidateContained = Texts("validateContains") is not ["IGNORE"],
            AllowedExtensionDomains = Texts("allowed-extension-domain"),
            AllowExampleUrls = !(Entry.TryGetProperty("examples", out var examples) && examples.ValueKind == JsonValueKind.False),
        };
        return new FhirValidator(definitions, options).Validate(Json, profiles);
    }

    private static IEnumerable<ValidatorCase> Read()
    {
        if (Folder is null) yield break;
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "manifest.json")));
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in manifest.RootElement.GetProperty("test-cases").EnumerateArray())
        {
            var name = entry.GetProperty("name").GetString()!;
            seen[name] = seen.GetValueOrDefault(name) + 1;
            if (seen[name] > 1) name += $" ({seen[name]})";
            if (HasErrors(entry, "java") is { } errors) yield return new ValidatorCase(name, "base", errors, entry.Clone());
            if (entry.TryGetProperty("profile", out var profile) && HasErrors(profile, "java") is { } profileErrors)
            {
                yield return new ValidatorCase(name + " / profile", "profile", profileErrors, entry.Clone());
            }
        }
    }

    // The outcome is inline, a number of errors, or a file; some files were never recorded, and those cases don't count.
    private static bool? HasErrors(JsonElement holder, string member)
    {
        if (!holder.TryGetProperty(member, out var outcome)) return null;
        if (outcome.ValueKind == JsonValueKind.String)
        {
            var path = Path.Combine(Folder!, "outcomes", outcome.GetString()!);
            if (!File.Exists(path)) return null;
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Errors(document.RootElement);
        }

        if (outcome.TryGetProperty("errorCount", out var count)) return count.GetInt32() > 0;
        return outcome.TryGetProperty("outcome", out var inline) ? Errors(inline) : null;
    }

    private static bool Errors(JsonElement outcome) =>
        outcome.TryGetProperty("issue", out var issues)
            && issues.EnumerateArray().Any(issue => issue.GetProperty("severity").GetString() is "error" or "fatal");

    // Null when the suite lacks the file, or it is not a definition: a case may name a profile by its canonical.
    private static JsonElement? Definition(string file)
    {
        var path = Path.Combine(Folder!, file);
        if (!File.Exists(path)) return null;
        var json = path.EndsWith(".xml", StringComparison.Ordinal)
            ? XmlResourceReader.Read(path)
            : JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
        return json.TryGetProperty("url", out _) ? json : null;
    }

    private List<string> Texts(string member) => Texts(Entry, member);

    private static List<string> Texts(JsonElement holder, string member) => !holder.TryGetProperty(member, out var value) ? []
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
        : [value.GetString()!];
}
