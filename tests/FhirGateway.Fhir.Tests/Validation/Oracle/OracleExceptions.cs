using FhirGateway.Fhir.Validation;

namespace FhirGateway.Fhir.Tests.Validation.Oracle;

/// <summary>Where we differ from HL7's validator, run offline, on purpose or because it could not look something up.</summary>
internal static class OracleExceptions
{
    private static readonly (string TheirWords, string Reason)[] Theirs =
    [
        ("was not found in the value set 'OMB", "offline it can't expand a set over CDCREC whose codes are listed one by one, and calls every code an error; we find them listed"),
        ("was not found in the value set 'Birth Sex'", "as above: one unexpandable include makes it refuse the codes that the others list"),
    ];

    /// <summary>The reason when all that HL7's validator complains of has one; null otherwise.</summary>
    public static string? Reason(IReadOnlyList<string> theirErrors, ValidationResult ours)
    {
        if (!ours.IsValid || theirErrors.Count == 0) return null;
        var reasons = theirErrors.Select(error => Theirs.FirstOrDefault(known => error.Contains(known.TheirWords, StringComparison.Ordinal)).Reason).ToList();
        return reasons.TrueForAll(reason => reason is not null) ? reasons[0] : null;
    }
}
