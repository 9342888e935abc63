namespace FhirGateway.Fhir.Model;

/// <summary>The FHIR code and the code system of an enum's value.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class EnumLiteralAttribute(string literal, string system) : Attribute
{
    public string Literal { get; } = literal;

    public string System { get; } = system;
}
