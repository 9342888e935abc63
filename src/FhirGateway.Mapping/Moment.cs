using System.Globalization;
using System.Text.RegularExpressions;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping;

/// <summary>A point in time as a vendor wrote it: its digits are kept, so that nothing is rounded and nothing invented.</summary>
public sealed partial record Moment(string Text, DateTimeOffset Time)
{
    /// <summary>As UTC with seven digits: sorts ordinally as it sorts in time.</summary>
    public string Sortable => Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A moment of our own clock, in UTC, with as many digits as it has.</summary>
    public static Moment Of(DateTimeOffset time) =>
        new(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture), time);

    /// <summary>As FHIR's dateTime, in the vendor's digits.</summary>
    public FhirDateTime ToDateTime() => new(Text);

    /// <summary>As FHIR's instant, in the vendor's digits: set as a moment the SDK would write +00:00 for Z.</summary>
    public Instant ToInstant() => new() { JsonValue = Text };

    /// <param name="text">ISO 8601 date and time; a space for the T and an hour-only zone are taken too.</param>
    /// <param name="assumedZone">The zone of a time that names none; null refuses such a time.</param>
    public static bool TryParse(string text, TimeSpan? assumedZone, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Moment? moment)
    {
        moment = null;
        var match = Iso().Match(text.Trim());
        if (!match.Success) return false;
        var zone = match.Groups["zone"].Value;
        if (zone.Length == 0)
        {
            if (assumedZone is not { } assumed) return false;
            zone = assumed == TimeSpan.Zero
                ? "Z"
                : (assumed < TimeSpan.Zero ? "-" : "+") + assumed.ToString(@"hh\:mm", CultureInfo.InvariantCulture);
        }

        zone = zone switch
        {
            "z" => "Z",
            { Length: 3 } => zone + ":00",
            { Length: 5 } => zone[..3] + ":" + zone[3..],
            _ => zone,
        };
        var seconds = match.Groups["seconds"].Success ? match.Groups["seconds"].Value : ":00";
        var spelled = $"{match.Groups["date"].Value}T{match.Groups["time"].Value}{seconds}{match.Groups["fraction"].Value}{zone}";
        if (!DateTimeOffset.TryParse(spelled, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return false;
        moment = new Moment(spelled, time);
        return true;
    }

    [GeneratedRegex(
        @"^(?<date>\d{4}-\d{2}-\d{2})[Tt "
            + @"](?<time>\d{2}:\d{2})(?<seconds>:\d{2})?(?<fraction>\.\d{1,9})?(?<zone>[Zz]|[+-]\d{2}(:?\d{2})?)?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Iso();
}
