using System.Collections.Concurrent;
using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Definitions;

namespace FhirGateway.Validation.Schemas;

/// <summary>One validator's definitions, each compiled when first needed. Safe from any thread.</summary>
/// <param name="core">The release's types, on which the definitions stand.</param>
internal sealed class SchemaSet(DefinitionSet definitions, CoreSchemas core)
{
    // Profiles' urls come from instances too, so what is unknown is remembered only up to a number.
    private const int MaxRemembered = 20_000;
    private const int MaxDerivations = 32;

    private readonly ConcurrentDictionary<string, Schema?> _schemas = new(StringComparer.Ordinal);
    private readonly RuleCompiler _rules = new(core);

    public DefinitionSet Definitions => definitions;

    public CoreSchemas Core => core;

    /// <summary>A profile, extension or type by canonical; null when it is unknown.</summary>
    /// <exception cref="SchemaException">The definition, or one it derives from, can't be used.</exception>
    public Schema? Find(string canonical) => Find(canonical, 0);

    private Schema? Find(string canonical, int derivations)
    {
        if (!DefinitionSet.IsPossible(canonical)) return null;
        if (_schemas.TryGetValue(canonical, out var known)) return known;
        if (derivations > MaxDerivations) throw DerivesForEver(canonical);
        var schema = Compile(canonical, derivations);
        if (schema is not null || _schemas.Count < MaxRemembered) _schemas[canonical] = schema;
        return schema;
    }

    private Schema? Compile(string canonical, int derivations)
    {
        var structure = StructureOf(canonical);
        if (structure is null) return null;
        if (!structure.IsConstraint && core.Type(structure.Type) is { } type && type.Url == structure.Url) return type;
        if (!structure.IsConstraint && structure.Kind is not StructureKind.Logical && R4Types.Type(structure.Type) is null) return null;
        return new ProfileCompiler(structure, ParentOf(structure, canonical, derivations), core, _rules).Compile();
    }

    // Null when the profile stands alone: a snapshot repeats its parent, and a core type is always applied too.
    private Schema? ParentOf(Structure structure, string canonical, int derivations)
    {
        if (structure.HasSnapshot || structure.BaseDefinition is not { } derivedFrom || IsCoreType(derivedFrom)) return null;
        return Find(derivedFrom, derivations + 1)
            ?? throw new SchemaException($"{canonical} derives from {derivedFrom}, which is unknown: add the package that holds it.");
    }

    private static bool IsCoreType(string canonical) =>
        R4Types.Type(DefinitionSet.WithoutVersion(canonical).Replace(R4Types.CoreBase, "", StringComparison.Ordinal)) is not null;

    private static SchemaException DerivesForEver(string canonical) =>
        new($"{canonical} derives from itself, or from more than {MaxDerivations} definitions: correct its baseDefinition.");

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
