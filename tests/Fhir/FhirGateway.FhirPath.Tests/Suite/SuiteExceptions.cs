namespace FhirGateway.FhirPath.Tests.Suite;

/// <summary>Tests of the official suite that do not pass here, each with the reason. One that starts to pass must leave the list.</summary>
internal static class SuiteExceptions
{
    public static readonly IReadOnlyDictionary<string, string> All = new Dictionary<string, string>(StringComparer.Ordinal);
}
