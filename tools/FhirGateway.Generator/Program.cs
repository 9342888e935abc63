using FhirGateway.Generator;
using FhirGateway.Generator.Definitions;
using FhirGateway.Generator.Model;

// usage: FhirGateway.Generator model|definitions <repository root> [definitions.tgz]
if (args is not [var what, var root, ..] || args.Length > 3)
{
    return Usage();
}

Func<DefinitionsPackage, IReadOnlyList<GeneratedFile>>? generate = what switch
{
    "model" => ModelGenerator.Generate,
    "definitions" => DefinitionsGenerator.Generate,
    _ => null,
};
if (generate is null)
{
    return Usage();
}

using var package = args.Length == 3 ? DefinitionsPackage.Open(args[2]) : DefinitionsPackage.Download();
GeneratedFile.Replace(root, generate(package));
return 0;

static int Usage()
{
    Console.Error.WriteLine($"usage: FhirGateway.Generator model|definitions <repository root> [{DefinitionsPackage.Source.Name}-{DefinitionsPackage.Source.Version}.tgz]");
    return 2;
}
