namespace FhirGateway.FhirPath.Values;

/// <summary>The finest part that a date or time states.</summary>
public enum TemporalPrecision
{
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Fraction,
}

/// <summary>FHIRPath's three temporal types.</summary>
public enum TemporalKind
{
    Date,
    DateTime,
    Time,
}
