using FhirGateway.Settings;

namespace FhirGateway.Destination;

/// <summary>The ways of writing that find each other's resources, and those that don't.</summary>
internal static class WrittenWays
{
    /// <summary>Under which name it is kept how a destination's resources were written.</summary>
    public const string Fact = "written";

    /// <summary>By the identifier of each: whichever way finds what another wrote.</summary>
    public const string ByIdentifier = "by-identifier";

    /// <summary>To an id that is made of the identifier.</summary>
    public const string ByClientId = "by-client-id";

    /// <summary>How resources are found that are written so.</summary>
    public static string Of(WritesSetting writes) => writes == WritesSetting.ClientIds ? ByClientId : ByIdentifier;
}
