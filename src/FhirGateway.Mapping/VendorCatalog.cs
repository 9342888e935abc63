using System.Reflection;

namespace FhirGateway.Mapping;

/// <summary>The vendors an assembly defines.</summary>
public sealed class VendorCatalog
{
    private readonly Dictionary<string, VendorDefinition> _byName;

    private VendorCatalog(IEnumerable<VendorDefinition> vendors)
    {
        _byName = vendors.ToDictionary(v => v.Name, StringComparer.Ordinal);
        Vendors = [.. _byName.Values.OrderBy(v => v.Name, StringComparer.Ordinal)];
    }

    /// <summary>All of them, by name.</summary>
    public IReadOnlyList<VendorDefinition> Vendors { get; }

    /// <summary>Every public class of the assembly that derives from <see cref="VendorDefinition"/>.</summary>
    public static VendorCatalog Scan(Assembly assembly) => new(assembly.GetExportedTypes()
        .Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(VendorDefinition)))
        .Select(type => (VendorDefinition)Activator.CreateInstance(type)!));

    /// <summary>The vendor of that name; null when there is none.</summary>
    public VendorDefinition? Find(string name) => _byName.GetValueOrDefault(name);
}
