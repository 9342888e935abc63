using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using FhirGateway.Mapping.Codes;

namespace FhirGateway.Mapping;

/// <summary>The files of a vendor's folder that travel inside its assembly, as <c>{Folder}/samples/x.json</c>.</summary>
internal sealed class VendorFolder(Assembly assembly, string folder)
{
    /// <summary>The folder of what the vendors of an assembly have in common.</summary>
    public const string Shared = "Shared";

    // Maps are constants, and vendors share some: each is read once.
    private static readonly ConcurrentDictionary<(Assembly, string), CodeMap> Maps = new();

    public static VendorFolder Of(VendorDefinition vendor) => Of(vendor.GetType());

    public static VendorFolder Of(Type type) => new(type.Assembly, type.Namespace!.Split('.')[^1]);

    /// <summary>What a vendor has in common with those beside it.</summary>
    public static VendorFolder SharedBeside(Type type) => new(type.Assembly, Shared);

    /// <summary>The ids of its concept maps.</summary>
    public IReadOnlyList<string> CodeMaps =>
        [.. Names("conceptmaps/", ".json").Select(name => name["conceptmaps/".Length..^".json".Length])];

    public CodeMap CodeMap(string id)
    {
        var name = $"conceptmaps/{id}.json";
        return Maps.GetOrAdd((assembly, $"{folder}/{name}"), _ => Codes.CodeMap.Parse(Bytes(name)));
    }

    /// <summary>Names below the folder that begin and end so.</summary>
    public IEnumerable<string> Names(string prefix, string suffix) =>
        assembly.GetManifestResourceNames()
            .Where(
                name => name.StartsWith($"{folder}/{prefix}", StringComparison.Ordinal) && name.EndsWith(suffix, StringComparison.Ordinal))
            .Select(name => name[(folder.Length + 1)..])
            .Order(StringComparer.Ordinal);

    public byte[] Bytes(string name)
    {
        using var stream = assembly.GetManifestResourceStream($"{folder}/{name}")
            ?? throw new InvalidOperationException($"{folder}/{name} is not embedded in {assembly.GetName().Name}.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    public IReadOnlyList<Sample> Samples(string? demo)
    {
        var names = Names("samples/", ".json").ToList();
        return [.. names
            .Select(name => name["samples/".Length..^".json".Length])
            .Where(name => !name.EndsWith(".expected", StringComparison.Ordinal) && !name.EndsWith(".found", StringComparison.Ordinal))
            .Select(name => new Sample(name, Bytes($"samples/{name}.json"), Found(names, name), name == demo))];
    }

    private Dictionary<string, JsonElement> Found(List<string> names, string sample)
    {
        var name = $"samples/{sample}.found.json";
        if (!names.Contains(name)) return [];
        return JsonElement.Parse(Bytes(name)).EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
    }
}
