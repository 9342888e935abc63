using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Json;

namespace FhirGateway.Pipeline;

/// <summary>
/// Somebody else is named than before: an earlier version of the document was filed for another patient, or the encounter belongs to one.
/// Which is right only a person can say; until then nothing that is current is touched.
/// </summary>
/// <param name="Mine">Whom the event names.</param>
/// <param name="Others">The charts that hold earlier versions.</param>
/// <param name="EncounterOf">Whose the encounter is; null where it is the subject's own, or nobody's.</param>
public sealed record SubjectConflict(Subject Mine, IReadOnlyList<OtherChart> Others, string? EncounterOf)
{
    /// <summary>The earlier ones were filed wrongly.</summary>
    public const string Correct = "correct";

    /// <summary>Both are right.</summary>
    public const string Separate = "separate";

    /// <summary>How the name of what such a delivery waits for begins.</summary>
    public const string Prefix = "subject-conflict:";

    private const char BeforeVersions = '#';
    private const int MarkLength = 12;

    /// <summary>
    /// What the delivery waits for: a decision about just these patients, and about the versions that a person could see when it was
    /// made. A version that is filed meanwhile asks anew.
    /// </summary>
    public string WaitsFor => Others.Count == 0 ? Patients : $"{Patients}{BeforeVersions}{Versions}";

    private string Patients
    {
        get
        {
            var charts = Others.Select(other => other.Chart).ToList();
            if (EncounterOf is not null) charts.Add(EncounterOf);
            return $"{Prefix}{string.Join(',', charts.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))}>{Mine.Chart}";
        }
    }

    private string Versions
    {
        get
        {
            var deliveries = Others.SelectMany(other => other.Deliveries).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(',', deliveries))))[..MarkLength];
        }
    }

    /// <summary>As what the delivery is parked.</summary>
    /// <param name="decisions">What was decided for it, none of it about just this.</param>
    public Parked Parked(IReadOnlyList<Decision> decisions)
    {
        List<string> but =
            [.. Others.Select(other => $"an earlier version of this document was filed for {Named(other.Chart, other.Given)}")];
        if (EncounterOf is not null) but.Add($"the encounter belongs to {EncounterOf}");
        var again = decisions.Any(decision => PatientsOf(decision) == Patients)
            ? "What was decided before does not count here, because since then other versions were filed. "
            : "";
        return new Parked(
            WaitsFor,
            $"subject-conflict: this names {Named(Mine.Chart, Mine.Given)}, but {string.Join(", and ", but)}. Nothing was changed. {again}"
                + $"POST /api/deliveries/{{id}}/decision says what is right: \"{Correct}\" (what was filed earlier becomes "
                + $"entered-in-error) or \"{Separate}\" (both stand)");
    }

    /// <summary>
    /// What a person decided about just this; null when nobody has. Where only the encounter is somebody else's, no version is at stake,
    /// and whatever was decided about these patients counts.
    /// </summary>
    public string? DecisionOf(IReadOnlyList<Decision> decisions) => decisions.LastOrDefault(
        decision => Others.Count == 0 ? PatientsOf(decision) == Patients : decision.About == WaitsFor)?.Choice;

    /// <summary>Whose the encounter of an event is, where it is not its subject's; null where it is, or names nobody.</summary>
    public static string? OwnerOfEncounter(Subject? subject, IReadOnlyDictionary<Lookup, JsonElement> found)
    {
        if (subject?.Resolved is not { } chart || Referred(found, "Encounter") is not { } encounter) return null;
        if (Subject.Of(encounter) is { } owner)
            return owner.Contains("Patient/", StringComparison.Ordinal) && !Subject.AreSame(owner, chart) ? owner : null;

        // Named by an identifier only: another one of the same system is another patient.
        if (JsonPointer.FindText(encounter, "/subject/identifier/system") is not { } system) return null;
        if (Referred(found, "Patient") is not { } patient) return null;
        var value = JsonPointer.FindText(encounter, "/subject/identifier/value");
        var own = Identifiers(patient).Where(each => each.System == system).ToList();
        return own.Count > 0 && !own.Exists(each => each.Value == value) ? $"Patient?identifier={system}|{value}" : null;
    }

    private static string PatientsOf(Decision decision) =>
        decision.About is { Length: > MarkLength } about && about[^(MarkLength + 1)] == BeforeVersions
            ? about[..^(MarkLength + 1)]
            : decision.About;

    private static JsonElement? Referred(IReadOnlyDictionary<Lookup, JsonElement> found, string kind)
    {
        foreach (var (lookup, resource) in found)
        {
            if (lookup is ReferenceLookup && lookup.Kind == kind) return resource;
        }

        return null;
    }

    private static IEnumerable<(string? System, string? Value)> Identifiers(JsonElement patient) =>
        JsonPointer.Find(patient, "/identifier") is { ValueKind: JsonValueKind.Array } identifiers
            ? identifiers.EnumerateArray().Select(each => (JsonPointer.FindText(each, "/system"), JsonPointer.FindText(each, "/value")))
            : [];

    private static string Named(string chart, string? given) => given is null || given == chart ? chart : $"{chart} ({given})";
}
