using FhirGateway.Tests.Guards.Wrong.Known;

namespace FhirGateway.Tests.Guards.Wrong.Knowing;

/// <summary>Refers to what it must not know, so that the architecture's rule can be seen to fail.</summary>
public sealed class Knower
{
    public Stranger? Stranger { get; init; }
}
