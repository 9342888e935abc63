using FhirGateway.Generator;
using FhirGateway.Generator.Definitions;
using FhirGateway.Generator.Languages;

// usage: FhirGateway.Generator definitions|languages <repository root> [package.tgz]
if (args is not [var what, var root, ..] || args.Length > 3)
{
    return Usage();
}

var tarball = args.Length == 3 ? args[2] : null;
IReadOnlyList<GeneratedFile>? files = what switch
{
    "definitions" => FromDefinitions(DefinitionsGenerator.Generate),
    "languages" =>
        LanguagesGenerator.Generate(tarball is null ? LanguagesGenerator.Source.Download() : LanguagesGenerator.Source.Open(tarball)),
    _ => null,
};
if (files is null)
{
    return Usage();
}

GeneratedFile.Replace(root, files);
return 0;

IReadOnlyList<GeneratedFile> FromDefinitions(Func<DefinitionsPackage, IReadOnlyList<GeneratedFile>> generate)
{
    using var package = tarball is null ? DefinitionsPackage.Download() : DefinitionsPackage.Open(tarball);
    return generate(package);
}

static int Usage()
{
    Console.Error.WriteLine($"usage: FhirGateway.Generator definitions|languages <repository root> "
        + $"[{DefinitionsPackage.Source.Name} {DefinitionsPackage.Source.Version} "
            + $"or {LanguagesGenerator.Source.Name} {LanguagesGenerator.Source.Version} as a .tgz]");
    return 2;
}
