using Hl7.Fhir.Model;

namespace FhirGateway.Destination;

/// <summary>What a server says that it can do, as far as the gateway needs it (http://hl7.org/fhir/R4/capabilitystatement.html).</summary>
/// <param name="HasTransactions">It lists transactions among its interactions. That is a claim: some do them entry by entry.</param>
/// <param name="BaseUrl">Where it says that it is, which may be another name than the gateway calls it by; null when it does not.</param>
/// <param name="Types">What it says of each resource type; empty when it lists none.</param>
/// <param name="Software">What software it says that it is, by name and version; null when it leaves out either.</param>
public sealed record DestinationFeatures(
    bool HasTransactions, string? BaseUrl, IReadOnlyDictionary<string, TypeFeatures> Types, string? Software = null)
{
    // What notes, documents and their history are written as.
    private static readonly string[] Updated = ["DocumentReference", "Composition", "MedicationStatement"];
    private static readonly string[] Created = ["Device", "Provenance"];

    /// <summary>What a CapabilityStatement says; null for anything else. What R4 does not allow in it is as if it were not there.</summary>
    public static DestinationFeatures? Read(Resource? answered)
    {
        if (answered is not CapabilityStatement statement) return null;
        var server = (Lenient.Of(() => statement.Rest) ?? [])
            .FirstOrDefault(rest => Text(() => rest.ModeElement) is "server" or null);
        var types = new Dictionary<string, TypeFeatures>(StringComparer.Ordinal);
        foreach (var resource in Lenient.Of(() => server?.Resource) ?? [])
        {
            if (Text(() => resource.TypeElement) is { } type) types[type] = TypeFeatures.Read(resource);
        }

        return new DestinationFeatures(
            (Lenient.Of(() => server?.Interaction) ?? []).Exists(each => Text(() => each.CodeElement) == "transaction"),
            Text(() => statement.Implementation?.UrlElement)?.TrimEnd('/'),
            types,
            SoftwareOf(statement));
    }

    private static string? SoftwareOf(CapabilityStatement statement) =>
        Text(() => statement.Software?.NameElement) is { Length: > 0 } name
        && Text(() => statement.Software?.VersionElement) is { Length: > 0 } version
            ? $"{name} {version}"
            : null;

    /// <summary>What the gateway needs and the server says, or shows by its silence, that it lacks; in words.</summary>
    public IReadOnlyList<string> Missing =>
    [
        .. HasTransactions ? [] : new[] { "transactions" },
        .. Types.Count == 0 ? [] : Updated.Concat(Created).Where(type => !Types.ContainsKey(type)),
        .. Updated.Where(type => Of(type)?.ConditionalUpdate == false).Select(type => $"conditional updates of {type}"),
        .. Updated.Where(type => Of(type)?.Patch == false).Select(type => $"patches of {type}"),
        .. Created.Where(type => Of(type)?.ConditionalCreate == false).Select(type => $"conditional creates of {type}"),
    ];

    /// <summary>Whether it names patches of all that the gateway ends; null where it lists no interactions of them.</summary>
    public bool? PatchesWhatIsEnded => Updated.Select(type => Of(type)?.Patch).ToList() is var patches && patches.Contains(false) ? false
        : patches.Contains(null) ? null : true;

    /// <summary>It says of what has no identifier in R4 that it takes no new resource under an id that the client chose.</summary>
    public bool LacksUpdateCreate => Of("Provenance")?.UpdateCreate == false || Of("Binary")?.UpdateCreate == false;

    /// <summary>What it says of a type; null when it does not list it.</summary>
    public TypeFeatures? Of(string type) => Types.GetValueOrDefault(type);

    // Codes that R4 does not know stay as they are: the SDK's enums would throw.
    internal static string? Text(Func<PrimitiveType?> element) => Lenient.Of(element)?.JsonValue as string;
}

/// <summary>What a server says of one resource type; null where it says nothing.</summary>
/// <param name="UpdateCreate">It takes a new resource under an id that the client chose.</param>
public sealed record TypeFeatures(bool? UpdateCreate, bool? ConditionalCreate, bool? ConditionalUpdate, bool? Patch)
{
    internal static TypeFeatures Read(CapabilityStatement.ResourceComponent resource)
    {
        var interactions = Lenient.Of(() => resource.Interaction) ?? [];
        return new TypeFeatures(
            Flag(() => resource.UpdateCreateElement),
            Flag(() => resource.ConditionalCreateElement),
            Flag(() => resource.ConditionalUpdateElement),
            interactions.Count == 0 ? null : interactions.Exists(each => DestinationFeatures.Text(() => each.CodeElement) == "patch"));
    }

    private static bool? Flag(Func<FhirBoolean?> element) => Lenient.Of(element)?.JsonValue as bool?;
}
