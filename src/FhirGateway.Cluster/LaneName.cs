namespace FhirGateway.Cluster;

/// <summary>Which lane it is: what must stay in order, of one source. It may hold identifiers, and is never shown.</summary>
[GenerateSerializer]
[Immutable]
public readonly record struct LaneName([property: Id(0)] string Source, [property: Id(1)] string Lane)
{
    /// <summary>Says nothing: Orleans quotes what a call carries in its logs.</summary>
    public override string ToString() => "a lane";
}
