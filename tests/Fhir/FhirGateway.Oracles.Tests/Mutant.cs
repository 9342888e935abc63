using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace FhirGateway.Oracles.Tests;

/// <summary>Valid resources broken at random, the same for the same seed.</summary>
/// <param name="Source">Where its source is in the list it was made from.</param>
internal sealed record Mutant(string Name, byte[] Json, int Source)
{
    private static readonly int Seed = Setting("SEED", 20240517);

    /// <summary>How many of each kind are made: FHIRGATEWAY_TEST_MUTATIONS, or few enough for every run.</summary>
    public static int Count { get; } = Setting("MUTATIONS", 200);

    /// <summary>Whether these are the mutants that the table in docs/ is about.</summary>
    public static bool AreTheUsual { get; } = Environment.GetEnvironmentVariable("FHIRGATEWAY_TEST_MUTATIONS") is null or ""
        && Environment.GetEnvironmentVariable("FHIRGATEWAY_TEST_SEED") is null or "";

    /// <summary>
    /// <see cref="Count"/> mutants, of each source in turn. How a source is broken depends on its name and content alone, so
    /// that a change to one of our bundles leaves the mutants of the others as they are.
    /// </summary>
    public static IReadOnlyList<Mutant> Of(IReadOnlyList<Sample> sources)
    {
        var parsed = sources.Select(source => JsonNode.Parse(source.Json)!.AsObject()).ToList();
        var mutators = sources.Select(source => new Mutator(Seed + Hash(source.Name))).ToList();
        return
        [
            .. Enumerable.Range(0, Count).Select(i =>
            {
                var source = i % sources.Count;
                var (json, change) = mutators[source].Mutate(parsed[source]);
                return new Mutant($"{sources[source].Name}: {change}", Encoding.UTF8.GetBytes(json.ToJsonString()), source);
            }),
        ];
    }

    // The same in every process, as string.GetHashCode is not.
    private static int Hash(string text) => text.Aggregate(0, (hash, letter) => unchecked((hash * 31) + letter));

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable("FHIRGATEWAY_TEST_" + name), CultureInfo.InvariantCulture, out var value)
            ? value
            : otherwise;
}
