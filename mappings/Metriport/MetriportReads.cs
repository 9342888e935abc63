using System.Globalization;
using System.Text.RegularExpressions;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Json;
using FhirGateway.Mapping.Rules;
using Hl7.Fhir.Model;

namespace FhirGateway.Mappings.Metriport;

/// <summary>How Metriport's fields are read.</summary>
internal static partial class MetriportReads
{
    /// <summary>Kind of the system of Metriport's own patient ids.</summary>
    public const string PatientKind = "MetriportPatient";

    /// <summary>A document's id; a URI only where it is an OID, as ids of documents from networks often are.</summary>
    public static Reader<Identifier> DocumentId { get; } = new(
        "urn:oid: where it is an OID, else an identifier in the system of Document", value =>
        Oid().IsMatch(value.Text)
            ? new Identifier("urn:ietf:rfc:3986", $"urn:oid:{value.Text}")
            : new Identifier(value.Source.SystemOf("Document"), value.Text));

    /// <summary>The document of one patient's consolidated data in one message.</summary>
    public static Reader<Identifier> ConsolidatedId { get; } = new("message and patient, in the system of Document", value =>
        new Identifier(
            value.Source.SystemOf("Document"), $"consolidated:{JsonPointer.FindText(value.Message, "/meta/messageId")}:{value.Text}"));

    /// <summary>The patient's ids in the site's own EHR, which Metriport knows where an EHR integration made the patient.</summary>
    public static (string Pointer, string Kind)[] EhrPatients { get; } =
    [
        ("/additionalIds/athenahealth", "AthenahealthPatient"),
        ("/additionalIds/canvas", "CanvasPatient"),
        ("/additionalIds/elation", "ElationPatient"),
        ("/additionalIds/healthie", "HealthiePatient"),
    ];

    /// <summary>An instant where the time names its zone; else nothing.</summary>
    public static Reader<Instant> ZonedInstant { get; } = new("instant, only with a zone", value =>
        Moment.TryParse(value.Text, null, out var moment) ? moment.ToInstant() : null);

    /// <summary>A date and time, as precise as FHIR may hold it: a time without zone is known to the day only.</summary>
    public static Reader<FhirDateTime> Creation { get; } = new(
        "date and time; without a zone, the day; a year or a month as it is", value =>
    {
        if (Moment.TryParse(value.Text, null, out var moment)) return moment.ToDateTime();
        var day = value.Text.Length >= 10 ? value.Text[..10] : value.Text;
        if (DateOnly.TryParseExact(value.Text, ["yyyy", "yyyy-MM"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            return new FhirDateTime(value.Text);
        }

        if (DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            return new FhirDateTime(day);
        }

        value.Doubt("No date that could be read: the document is kept without it.");
        return null;
    });

    /// <summary>A media type (RFC 6838) as FHIR's code may hold it.</summary>
    public static Reader<Code> MimeType { get; } = new("verbatim, if it is a media type", value =>
    {
        var type = string.Join(' ', value.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (MediaType().IsMatch(type)) return new Code(type);
        value.Doubt("No media type: the document is kept without it.");
        return null;
    });

    /// <summary>An https URL without query: one with a signature in it would open the document to whoever reads the chart.</summary>
    public static Reader<FhirUrl> LastingUrl { get; } = new("URL, only if it carries no signature", value =>
    {
        if (Uri.TryCreate(value.Text, UriKind.Absolute, out var url)
            && url.Scheme == Uri.UriSchemeHttps
            && url is { Query: "", Fragment: "", UserInfo: "" })
            return new FhirUrl(value.Text);
        value.Doubt("No lasting https URL: the document is kept without it.");
        return null;
    });

    /// <summary>The JSON as it came, byte for byte, unless it holds signed links.</summary>
    public static Reader<Base64Binary> Json { get; } = new("its bytes; without signed links, which are counted", value =>
    {
        var (bytes, removed) = SignedLinks.Removed(value.Json);
        if (removed > 0)
        {
            value.Doubt($"{removed} signed links were removed from the bundle: they live for minutes, and open what they name to "
                + "whoever holds them.");
        }

        return new Base64Binary(bytes);
    }, takesAnything: true);

    /// <summary>What the message holds around its patients, and what every patient has.</summary>
    public static void IgnoreMessage(RuleSet rules)
    {
        rules.InMessage(message =>
        {
            message.Ignore("meta", "names the message: Provenance does, too; data is the caller's own, and stays in the recorded message");
            message.Ignore("pagination", "each page is a message by itself");
        });
        rules.Ignore("type", "repeats the message's type");
        rules.Ignore("status", "only what was completed gets here");
        rules.Ignore(
            "additionalIds",
            "the patient's ids in other record systems: beyond those that a source names a system for, they stay in the recorded message");
    }

    [GeneratedRegex(@"^[0-2](\.(0|[1-9][0-9]*)){2,}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Oid();

    // RFC 6838, section 4.2, and whatever parameters follow.
    [GeneratedRegex(
        @"^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}( ?;[\x20-\x7e]*)?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex MediaType();
}
