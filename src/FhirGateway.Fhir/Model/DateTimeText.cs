using System.Globalization;

namespace FhirGateway.Fhir.Model;

/// <summary>Moments as FHIR writes them: Z for UTC, otherwise the offset; a fraction only when there is one.</summary>
internal static class DateTimeText
{
    public static string Of(DateTimeOffset moment) =>
        moment.ToString(moment.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture);
}
