using System.Runtime.CompilerServices;
using System.Text;
using FhirGateway.Testing;
using FhirGateway.Validation;
using FhirGateway.Validation.Definitions;
using FhirGateway.Validation.Tests.Oracle;

namespace FhirGateway.Oracles.Tests;

/// <summary>The tests that ask the oracles, one after the other: each oracle is started once.</summary>
[CollectionDefinition(Name)]
public sealed class OracleTests : ICollectionFixture<OracleRoom>
{
    public const string Name = "oracles";
}

/// <summary>A fact that needs HL7's validator and US Core from the shared folder, and Java.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HL7FactAttribute : FactAttribute
{
    public HL7FactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = OracleRoom.SkipWithoutHL7;
}

/// <summary>Both oracles and our validator, with US Core where it is at hand, and what HL7's says of all that it is asked about.</summary>
public sealed class OracleRoom : IDisposable
{
    private readonly Dictionary<Sample, Judged> _judged = [];
    private readonly UsCore? _uscore;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-own-");
    private readonly Task<List<Verdict>>? _hl7;
    private readonly List<byte[]> _asked;
    private readonly Lazy<FirelyValidator> _firely;
    private readonly FhirValidator _ours;

    public OracleRoom()
    {
        _uscore = Repository.SharedPath(UsCore.Package) is null ? null : UsCore.Open();
        var definitions = OwnPackages.AddTo(_uscore?.Definitions ?? new DefinitionSet());
        _ours = new FhirValidator(definitions, HL7Validator.Options);
        _firely = new Lazy<FirelyValidator>(() => Ready(new FirelyValidator(definitions)));
        Examples = [.. _uscore?.Examples().Select(file => new Sample(Path.GetFileNameWithoutExtension(file.Name), file.Json)) ?? []];
        ExampleMutants = Examples.Count == 0 ? [] : Mutant.Of(Examples);
        BundleMutants = Mutant.Of(Bundles);

        // HL7's works in its own process, while this one is busy with Firely's.
        _asked =
        [
            .. Examples.Concat(Ours).Concat(ForUsCore).Select(sample => sample.Json),
            .. ExampleMutants.Concat(BundleMutants).Select(mutant => mutant.Json),
        ];
        _hl7 = SkipWithoutHL7 is null
            ? Task.Run(() => HL7Validator.Judge(_asked, [.. OwnPackages.PackInto(_folder), .. _uscore!.Archives]))
            : null;
    }

    internal static string? SkipWithoutHL7 { get; } =
        new[] { HL7Validator.Script, UsCore.Package }.Select(Requirements.SkipWithoutShared).FirstOrDefault(reason => reason is not null)
        ?? (HasJava() ? null : "needs java on the PATH");

    /// <summary>US Core's examples, in ordinal order; none without the shared folder.</summary>
    internal IReadOnlyList<Sample> Examples { get; }

    internal IReadOnlyList<Sample> Ours { get; } = [.. Sample.Bundles(), .. Sample.Published()];

    /// <summary>Our bundles, which are broken.</summary>
    internal IReadOnlyList<Sample> Bundles => [.. Ours.Where(sample => !sample.Name.StartsWith("profiles/", StringComparison.Ordinal))];

    /// <summary>The documents that US Core has rules for, as they would claim its profile.</summary>
    internal IReadOnlyList<Sample> ForUsCore { get; } = Sample.ForUsCore();

    internal IReadOnlyList<Mutant> ExampleMutants { get; }

    internal IReadOnlyList<Mutant> BundleMutants { get; }

    /// <summary>All three verdicts on resources as they are. HL7's only where it runs.</summary>
    internal async Task<List<Judged>> Judge(IReadOnlyList<Sample> samples)
    {
        foreach (var sample in samples.Where(sample => !_judged.ContainsKey(sample)))
        {
            _judged[sample] = new Judged(sample.Name, ByUs(sample.Json), await ByHL7(sample.Json), ByFirely(sample.Json));
        }

        return [.. samples.Select(sample => _judged[sample])];
    }

    /// <summary>
    /// All three verdicts on mutants. A resource that an oracle refuses unbroken can't show what breaking it does: its mutants are
    /// not put to that oracle.
    /// </summary>
    internal async Task<List<Judged>> Judge(IReadOnlyList<Mutant> mutants, IReadOnlyList<Sample> sources)
    {
        var whole = await Judge(sources);
        var judged = new List<Judged>(mutants.Count);
        foreach (var mutant in mutants)
        {
            var source = whole[mutant.Source];
            judged.Add(new Judged(
                mutant.Name,
                ByUs(mutant.Json),
                source.HL7 is { IsValid: true } ? await ByHL7(mutant.Json) : null,
                source.Firely is { IsValid: true } ? ByFirely(mutant.Json) : null));
        }

        return judged;
    }

    public void Dispose()
    {
        _uscore?.Dispose();
        _folder.Delete(recursive: true);
    }

    private Verdict ByUs(byte[] json) => Verdict.Of(_ours.Validate(json));

    private Verdict ByFirely(byte[] json) => _firely.Value.Judge(json, []);

    private async Task<Verdict?> ByHL7(byte[] json) => _hl7 is null ? null : (await _hl7)[_asked.IndexOf(json)];

    // Where it can't unpack its definitions it calls everything invalid, without a word about that.
    private static FirelyValidator Ready(FirelyValidator firely)
    {
        var verdict = firely.Judge(Encoding.UTF8.GetBytes("""{"resourceType":"Patient","active":true}"""), []);
        if (verdict.IsValid) return firely;
        throw new InvalidOperationException(
            $"Firely's validator refuses a plain Patient; can it write to {Path.GetTempPath()}? {verdict.Errors[0]}");
    }

    private static bool HasJava() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, "java")));
}
