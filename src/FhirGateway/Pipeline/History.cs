using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Mapping;

namespace FhirGateway.Pipeline;

/// <summary>What came before a version of a document.</summary>
public sealed record History
{
    /// <inheritdoc cref="TranslationContext.Predecessor"/>
    public WrittenVersion? Predecessor { get; init; }

    /// <inheritdoc cref="TranslationContext.Before"/>
    public WrittenVersion? Before { get; init; }

    /// <inheritdoc cref="TranslationContext.IsLate"/>
    public bool IsLate { get; init; }

    /// <inheritdoc cref="TranslationContext.Mistaken"/>
    public IReadOnlyList<OwnedResource> Mistaken { get; init; } = [];

    /// <inheritdoc cref="TranslationContext.Chart"/>
    public string? Chart { get; init; }

    /// <inheritdoc cref="TranslationContext.IsOfAnotherEncounter"/>
    public bool IsOfAnotherEncounter { get; init; }

    /// <summary>Versions that no longer count once this one is delivered.</summary>
    public IReadOnlyList<EndedVersions> Ended { get; init; } = [];

    /// <summary>The deliveries that wrote what came before: their receipts say where it is.</summary>
    public IReadOnlyCollection<string> WrittenBy { get; init; } = [];

    /// <summary>Why the delivery waits; null when it can go on.</summary>
    public Parked? Stopped { get; init; }
}
