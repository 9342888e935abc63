using System.Globalization;

namespace FhirGateway.Sandbox;

/// <summary>Instants as HAPI writes them: UTC, to the millisecond.</summary>
internal static class Instants
{
    public static string Format(DateTimeOffset instant) =>
        instant.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff+00:00", CultureInfo.InvariantCulture);

    public static string Http(DateTimeOffset instant) => instant.ToUniversalTime().ToString("R", CultureInfo.InvariantCulture);
}
