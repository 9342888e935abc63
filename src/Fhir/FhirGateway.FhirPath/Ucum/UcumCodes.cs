namespace FhirGateway.FhirPath.Ucum;

/// <summary>The codes of UCUM (https://ucum.org), which are a grammar rather than a list.</summary>
public static class UcumCodes
{
    /// <summary>Whether a code is a unit of UCUM (case sensitive), such as <c>mg/dL</c> or <c>mm[Hg]</c>.</summary>
    public static bool Contains(string code) => UcumParser.Parse(code) is not null;
}
