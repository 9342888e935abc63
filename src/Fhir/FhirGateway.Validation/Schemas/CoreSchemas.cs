using System.Collections.Concurrent;
using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Instances;

namespace FhirGateway.Validation.Schemas;

/// <summary>The types of a FHIR release, each compiled when first needed. There are only so many. Safe from any thread.</summary>
internal sealed class CoreSchemas : TypeShapes
{
    private readonly ConcurrentDictionary<string, Schema> _types = new(StringComparer.Ordinal);

    private CoreSchemas() => Rules = new RuleCompiler(this);

    /// <summary>FHIR R4: the same for every validator, so it is compiled once.</summary>
    public static CoreSchemas R4 { get; } = new();

    /// <summary>The rules that the release's own definitions state.</summary>
    public RuleCompiler Rules { get; }

    /// <summary>A type by name; null when the release has none.</summary>
    public Schema? Type(string name)
    {
        if (_types.TryGetValue(name, out var known)) return known;
        var structure = R4Types.Type(name);
        return structure is null ? null : _types.GetOrAdd(name, new CoreCompiler(structure, this).Compile());
    }

    public override ElementSchema? Find(string type) => Type(type)?.Root;
}
