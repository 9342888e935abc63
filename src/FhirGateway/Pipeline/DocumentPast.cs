using System.Text.Json;
using FhirGateway.Ledger;
using FhirGateway.Mapping;

namespace FhirGateway.Pipeline;

/// <summary>What was delivered of a document before, as <see cref="PastReader"/> finds it.</summary>
public sealed class DocumentPast
{
    /// <summary>The current version in the subject's chart; null when there is none.</summary>
    public (DeliveredVersion Recorded, WrittenVersion Written)? Current { get; set; }

    /// <summary>What this very delivery wrote for the subject before; null when it wrote nothing.</summary>
    public WrittenVersion? Before { get; set; }

    /// <summary>What this delivery made current of another document, to which it does not belong any more.</summary>
    public List<OwnedResource> Misplaced { get; } = [];

    /// <summary>Versions in other charts.</summary>
    public List<OtherChart> Others { get; } = [];

    /// <summary>Versions in a chart that is the subject's own by now.</summary>
    public List<EndedVersions> Continued { get; } = [];

    /// <summary>The deliveries that wrote all this: their receipts say where it is.</summary>
    public HashSet<string> WrittenBy { get; } = new(StringComparer.Ordinal);

    /// <summary>What a recorded version wrote.</summary>
    internal static WrittenVersion WrittenOf(DeliveredVersion recorded) => new(
        OwnedResource.Of("DocumentReference", JsonSerializer.Deserialize<Identity>(recorded.Document)!),
        recorded.Composition is null ? null : JsonSerializer.Deserialize<OwnedResource>(recorded.Composition),
        JsonSerializer.Deserialize<List<OwnedResource>>(recorded.Owned)!);

    /// <summary>All that a version wrote.</summary>
    internal static IEnumerable<OwnedResource> AllOf(WrittenVersion written) =>
        written.Composition is null ? written.Needed : written.Needed.Append(written.Composition);
}

/// <summary>Versions of a document in the chart of somebody who is not its subject.</summary>
/// <param name="Chart">The patient's reference on the destination.</param>
/// <param name="Given">How the source named the patient; null where that is not recorded.</param>
/// <param name="Written">All that they wrote.</param>
/// <param name="Ended">The same versions in the ledger.</param>
/// <param name="Deliveries">The deliveries that wrote them.</param>
public sealed record OtherChart(
    string Chart,
    string? Given,
    IReadOnlyList<OwnedResource> Written,
    IReadOnlyList<EndedVersions> Ended,
    IReadOnlyList<string> Deliveries);
