using FhirGateway.FhirPath.Types;

namespace FhirGateway.FhirPath.Tree;

/// <summary>A type as an expression names it, with or without its namespace.</summary>
internal sealed record TypeSpecifier(string? Namespace, string Name)
{
    /// <summary>
    /// Null when neither R4 nor System has such a type. An unknown name in System is let through: nothing is of that type.
    /// </summary>
    public static TypeSpecifier? Of(string? prefix, string name)
    {
        var isFhir = R4Types.Type(name) is not null;
        var known = prefix switch
        {
            null => isFhir || FhirPathType.System(name) is not null,
            FhirPathType.FhirNamespace => isFhir,
            FhirPathType.SystemNamespace => true,
            _ => false,
        };
        return known ? new TypeSpecifier(prefix, name) : null;
    }

    /// <summary><c>is</c>: of the type or of one derived from it.</summary>
    public bool Includes(FhirPathType type)
    {
        if (Namespace is not null && Namespace != type.Namespace) return false;
        return type.Name == Name || (!type.IsSystem && R4Types.IsSubtypeOf(type.Name, Name));
    }

    /// <summary>
    /// <c>as</c> and <c>ofType</c>: like <see cref="Includes"/>, but a primitive only of exactly the type. R4's own expressions
    /// rely on that (<c>ConceptMap.source as uri</c> must not find a canonical), and so does the official suite.
    /// </summary>
    public bool Selects(FhirPathType type) =>
        Includes(type) && (type.Name == Name || R4Types.Type(type.Name)?.Kind != StructureKind.PrimitiveType);
}
