using System.Diagnostics;
using FhirGateway.Testing;

namespace FhirGateway.Validation.Tests.Oracle;

/// <summary>The tests that weigh the process's memory, and so run when no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class WeighedAlone
{
    public const string Name = "weighed alone";
}

/// <summary>What a validator keeps: definitions once, and nothing of what it validated.</summary>
[Collection(WeighedAlone.Name)]
public sealed class UsCoreMemoryTests(ITestOutputHelper output)
{
    [SharedFact(UsCore.Package)]
    public void Validating_again_and_again_does_not_grow_memory()
    {
        using var uscore = UsCore.Open();
        var examples = uscore.Examples().ToList();
        var validator = new FhirValidator(uscore.Definitions);
        var clock = Stopwatch.StartNew();
        validator.Validate(examples[0].Json);
        output.WriteLine($"first verdict after {clock.ElapsedMilliseconds} ms");
        foreach (var example in examples) validator.Validate(example.Json);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        clock.Restart();
        for (var round = 0; round < 5; round++)
        {
            foreach (var example in examples) validator.Validate(example.Json);
        }

        output.WriteLine($"{examples.Count * 5 / clock.Elapsed.TotalSeconds:F0} examples a second");
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < 4 * 1024 * 1024);
    }
}
