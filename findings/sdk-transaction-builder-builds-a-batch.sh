#!/usr/bin/env bash
# Of:     Hl7.Fhir.R4 6.8.0 (NuGet), .NET SDK 10.0.
# Seen 2026-11-28, on that version.
# Says the specification: R4 http.html#transaction: the actions of a transaction succeed or fail together, and its entries may refer
#         to each other; those of a batch are independent, and references from one entry to another that it creates are not conformant.
# Does:   `new TransactionBuilder(endpoint)`, by its summary the "builder to describe a FHIR transaction Bundle", makes a Bundle
#         of type batch unless a second argument says transaction. References between its entries are accepted all the same.
# Why it matters here: a note, its Provenance and its predecessor's status go out together or not at all. Built with the obvious
#         constructor they are written one by one: half a note after a failure, urn:uuid references that no server replaces,
#         and an answer 200 either way. Always name Bundle.BundleType.Transaction.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >seen.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Hl7.Fhir.R4" Version="6.8.0" />
    <PackageReference Include="Microsoft.Extensions.Caching.Memory" Version="10.0.10" />
  </ItemGroup>
</Project>
XML
cat >Program.cs <<'CS'
using System;
using Hl7.Fhir.Model;
using Hl7.Fhir.Rest;

var note = "urn:uuid:7d9a1c62-51f6-4a2e-9c38-0f6f2d8b5a11";
foreach (var builder in new[]
{
    new TransactionBuilder("http://fhir.example.org/"),
    new TransactionBuilder("http://fhir.example.org/", Bundle.BundleType.Transaction),
})
{
    builder.Create(new Composition { Title = "note" }, note);
    builder.Create(new Provenance { Target = [new ResourceReference(note)] });
    var bundle = builder.ToBundle();
    Console.WriteLine($"{bundle.Type} {((Provenance)bundle.Entry[1].Resource).Target[0].Reference}");
}
CS
cat >seen.txt <<'TXT'
Batch urn:uuid:7d9a1c62-51f6-4a2e-9c38-0f6f2d8b5a11
Transaction urn:uuid:7d9a1c62-51f6-4a2e-9c38-0f6f2d8b5a11
TXT
dotnet run -v q >now.txt
cat now.txt
diff seen.txt now.txt >/dev/null || { echo "CHANGED since 2026-11-28:"; diff seen.txt now.txt; exit 1; }
