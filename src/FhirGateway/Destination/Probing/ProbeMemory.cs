using System.Text.Json;
using System.Text.Json.Serialization;

namespace FhirGateway.Destination.Probing;

/// <summary>What the last probe of a destination saw that got to its end, over restarts.</summary>
internal sealed class ProbeMemory(DestinationMemory memory)
{
    private const string Fact = "probe";
    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>What is kept; null for nothing.</summary>
    public async Task<KeptProbe?> RecallAsync(CancellationToken cancellationToken)
    {
        if ((await memory.Recall(cancellationToken)).GetValueOrDefault(Fact).Value is not { } text) return null;
        try
        {
            return JsonSerializer.Deserialize<KeptProbe>(text, Json);
        }
        catch (JsonException)
        {
            // Another program's words for it: a new probe says it anew.
            return null;
        }
    }

    /// <summary>Keeps what a probe saw, in place of what an earlier one did.</summary>
    public Task KeepAsync(KeptProbe probe) => memory.Keep(Fact, JsonSerializer.Serialize(probe, Json));
}

/// <summary>What a probe saw, and of which software.</summary>
/// <param name="Software">As <see cref="DestinationFeatures.Software"/>; null where the destination did not say.</param>
internal sealed record KeptProbe(string? Software, ProbeResult Saw);
