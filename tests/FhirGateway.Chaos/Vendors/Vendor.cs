using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Proofs;

namespace FhirGateway.Chaos.Vendors;

/// <summary>One configured sender: what it sends, and what the gateway makes of it.</summary>
/// <param name="Source">The source's name, of this run alone, so that runs on one FHIR server don't meet.</param>
/// <param name="Definition">The vendor's contract.</param>
/// <param name="MostVersions">How often it regenerates a document at most; 1: never.</param>
/// <param name="Write">A note's body.</param>
internal sealed record Vendor(string Source, VendorDefinition Definition, int MostVersions, Func<Document, int, byte[]> Write)
{
    public const string Systems = "https://chaos.fhirgateway.example/";
    public const int MedicationsPerIntake = 2;

    /// <summary>Whether a document is one Composition as well.</summary>
    public bool MakesCompositions => MostVersions > 1;

    /// <summary>How many medications each version states.</summary>
    public int Medications => Definition.Name == "hami" ? MedicationsPerIntake : 0;

    /// <summary>What its documents are about beside the patient, as a resource type; null for nothing.</summary>
    public string? About => Definition.Name switch
    {
        "insight-health" => "Encounter",
        "hami" => "Appointment",
        _ => null,
    };

    /// <summary>Two sources of one vendor, so that one's notes may be taken for the other's; and one of two others.</summary>
    public static IReadOnlyList<Vendor> All(string run) =>
    [
        new($"{run}-scribe-a", Of("insight-health"), 4, Scribed),
        new($"{run}-scribe-b", Of("insight-health"), 4, Scribed),
        new($"{run}-intake", Of("hami"), 3, Intake),
        new($"{run}-records", Of("human-api"), 1, Progress),
    ];

    /// <summary>What configures the source.</summary>
    public IEnumerable<KeyValuePair<string, string>> Settings()
    {
        var at = $"Gateway:Sources:{Source}";
        yield return new($"{at}:Vendor", Definition.Name);
        foreach (var type in (string[])["Patient", "Encounter", "Appointment", "Practitioner"])
            yield return new($"{at}:Systems:{type}", SystemOf(type));
        foreach (var proof in Definition.Proofs) yield return new($"{at}:Keys:{proof.Name}:chaos", SecretOf(proof));
        foreach (var policy in Definition.Policies.Where(policy => policy.Values.Contains("park")))
            yield return new($"{at}:Policies:{policy.Name}", "park");
    }

    public static string SystemOf(string type) => Systems + type.ToLowerInvariant();

    /// <summary>The name under which the site files what the document is about.</summary>
    public string AboutOf(Document document) => $"{Source}-{document.Number}";

    public static string SecretOf(ProofScheme proof) => proof.SecretOf($"the-secret-of-the-chaos-for-{proof.Name}");

    private static VendorDefinition Of(string name) => GatewayHost.Vendors.Find(name)!;

    // The same for both sources: a vendor's ids are its own, whoever buys from it.
    private static string Uuid(string of) => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(of)).AsSpan(0, 16)).ToString();

    private static byte[] Scribed(Document document, int version) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        patient_id = document.Patient,
        encounter_id = document.Vendor.AboutOf(document),
        summary_id = Uuid($"{document.Vendor.AboutOf(document)} {version}"),
        template_name = "SOAP Note",
        sections = new { subjective = $"Slept well. {document.Marker}-{version}", plan = "Review in two weeks." },
    });

    private static byte[] Intake(Document document, int version) => JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
    {
        ["appointmentId"] = document.Vendor.AboutOf(document),
        ["dateCreated"] = TimeProvider.System.GetUtcNow(),
        ["intakeSummary"] = new Dictionary<string, object>
        {
            ["Chief Complaint"] = $"A cough. {document.Marker}-{version}",
            ["Medications"] = new Dictionary<string, object>
            {
                ["Current Medications"] = Enumerable.Range(1, MedicationsPerIntake)
                    .Select(number => new Dictionary<string, string>
                    {
                        ["Name"] = $"Syrup {number} {document.Marker}-{version}",
                        ["Dosage"] = "5 ml",
                        ["Frequency"] = "at night",
                    }),
            },
        },
    });

    private static byte[] Progress(Document document, int version) => JsonSerializer.SerializeToUtf8Bytes(new[]
    {
        new
        {
            timestamp = TimeProvider.System.GetUtcNow(),
            eventId = Uuid($"{document.Vendor.AboutOf(document)} {version}"),
            orderId = document.Vendor.AboutOf(document),
            eventType = "integrations.VendorNoteCreated",
            humanId = document.Patient,
            eventPayload = new { note = $"Called the practice. {document.Marker}-{version}" },
        },
    });
}
