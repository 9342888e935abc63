namespace FhirGateway.Mapping;

/// <summary>What became of a webhook call, as far as its sender is told.</summary>
public enum Verdict
{
    /// <summary>Recorded, or already recorded before: nothing can lose it now.</summary>
    Stored,

    /// <summary>The sender did not prove who it is.</summary>
    Unproven,

    /// <summary>Not the JSON or not the shape the vendor's page describes.</summary>
    Malformed,

    /// <summary>The right shape, but a value breaks a rule or names something unknown.</summary>
    Invalid,

    /// <summary>Longer than <see cref="VendorDefinition.MaxBodyBytes"/>, as it came or decoded.</summary>
    TooLarge,

    /// <summary>The body has a content coding that the gateway does not decode.</summary>
    UnknownCoding,

    /// <summary>The sender took too long to hand over its body.</summary>
    TooSlow,

    /// <summary>More calls than are taken in a minute: the sender should come again later.</summary>
    TooMany,

    /// <summary>The gateway holds as many bodies as it may: the sender should come again later.</summary>
    Busy,

    /// <summary>The gateway could not record it: the sender should try again.</summary>
    Failed,
}
