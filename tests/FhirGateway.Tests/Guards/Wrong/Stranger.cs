namespace FhirGateway.Tests.Guards.Wrong.Known;

/// <summary>What <see cref="Knowing.Knower"/> must not know.</summary>
public sealed class Stranger;
