namespace FhirGateway.Fhir.Tests.Validation.Cases;

/// <summary>The cases on which we and the recorded outcome differ, each with the reason.</summary>
internal static class ValidatorCaseExceptions
{
    public static IReadOnlyDictionary<string, string> Reasons { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
