namespace FhirGateway.FhirPath;

/// <summary>A type as FHIRPath names it: <c>System.Integer</c>, <c>FHIR.Patient</c>.</summary>
public sealed record FhirPathType(string Namespace, string Name)
{
    public const string FhirNamespace = "FHIR";
    public const string SystemNamespace = "System";

    public static FhirPathType Boolean { get; } = new(SystemNamespace, "Boolean");

    public static FhirPathType Integer { get; } = new(SystemNamespace, "Integer");

    public static FhirPathType Long { get; } = new(SystemNamespace, "Long");

    public static FhirPathType Decimal { get; } = new(SystemNamespace, "Decimal");

    public static FhirPathType String { get; } = new(SystemNamespace, "String");

    public static FhirPathType Date { get; } = new(SystemNamespace, "Date");

    public static FhirPathType DateTime { get; } = new(SystemNamespace, "DateTime");

    public static FhirPathType Time { get; } = new(SystemNamespace, "Time");

    public static FhirPathType Quantity { get; } = new(SystemNamespace, "Quantity");

    public bool IsSystem => Namespace == SystemNamespace;

    public override string ToString() => $"{Namespace}.{Name}";

    /// <summary>The System type of a name without namespace; null when there is none.</summary>
    internal static FhirPathType? System(string name) => name switch
    {
        "Boolean" => Boolean,
        "Integer" => Integer,
        "Long" => Long,
        "Decimal" => Decimal,
        "String" => String,
        "Date" => Date,
        "DateTime" => DateTime,
        "Time" => Time,
        "Quantity" => Quantity,
        _ => null,
    };
}
