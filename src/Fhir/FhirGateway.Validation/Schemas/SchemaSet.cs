using System.Collections.Concurrent;
using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Definitions;

namespace FhirGateway.Validation.Schemas;

/// <summary>Compiled definitions, each compiled when first needed. Safe from any thread.</summary>
internal sealed class SchemaSet(DefinitionSet definitions)
{
    // Profiles' urls come from instances too, so what is unknown is remembered only up to a number.
    private const int MaxRemembered = 20_000;
    private const int MaxDerivations = 32;

    // R4 itself is the same for every validator.
    private static readonly ConcurrentDictionary<string, Schema> Types = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, Schema?> _schemas = new(StringComparer.Ordinal);

    public DefinitionSet Definitions => definitions;

    /// <summary>A core type by name; null when R4 has none.</summary>
    public static Schema? Type(string name)
    {
        if (Types.TryGetValue(name, out var known)) return known;
        var structure = R4Types.Type(name);
        return structure is null ? null : Types.GetOrAdd(name, new CoreCompiler(structure).Compile());
    }

    /// <summary>A profile, extension or type by canonical; null when it is unknown.</summary>
    /// <exception cref="SchemaException">The definition, or one it derives from, can't be used.</exception>
    public Schema? Find(string canonical) => Find(canonical, 0);

    private Schema? Find(string canonical, int derivations)
    {
        if (!DefinitionSet.IsPossible(canonical)) return null;
        if (_schemas.TryGetValue(canonical, out var known)) return known;
        if (derivations > MaxDerivations) throw new SchemaException($"{canonical} derives from itself, or from more than {MaxDerivations} definitions: mend its baseDefinition.");
        var schema = Compile(canonical, derivations);
        if (schema is not null || _schemas.Count < MaxRemembered) _schemas[canonical] = schema;
        return schema;
    }

    private Schema? Compile(string canonical, int derivations)
    {
        var structure = StructureOf(canonical);
        if (structure is null) return null;
        if (!structure.IsConstraint && Type(structure.Type) is { } core && core.Url == structure.Url) return core;
        if (!structure.IsConstraint && structure.Kind is not StructureKind.Logical && R4Types.Type(structure.Type) is null) return null;
        Schema? parent = null;
        if (!structure.HasSnapshot && structure.BaseDefinition is { } derivedFrom && R4Types.Type(DefinitionSet.WithoutVersion(derivedFrom).Replace(R4Types.CoreBase, "", StringComparison.Ordinal)) is null)
        {
            parent = Find(derivedFrom, derivations + 1)
                ?? throw new SchemaException($"{canonical} derives from {derivedFrom}, which is unknown: add the package that holds it.");
        }

        return new ProfileCompiler(structure, parent).Compile();
    }

    private Structure? StructureOf(string canonical)
    {
        try
        {
            return definitions.Structure(canonical);
        }
        catch (DefinitionException error)
        {
            throw new SchemaException(error.Message);
        }
    }
}

/// <summary>A definition can't be compiled; the message says why and what to change.</summary>
internal sealed class SchemaException(string message) : Exception(message);
