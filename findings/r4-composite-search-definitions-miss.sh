#!/usr/bin/env bash
# Of:     the definitions of FHIR R4 4.0.1, as in Hl7.Fhir.Specification.Data.R4 6.8.0 (NuGet), read with Hl7.Fhir.R4 6.8.0.
# Seen 2026-11-28, on that version.
# Says the specification: R4 searchparameter.html: each component of a composite parameter names the parameter that tells its type,
#         and an expression that finds the value of that type, from the element that the composite parameter's own expression finds.
# Does:   two of R4's composite parameters can't be indexed by what their definition says. DocumentReference `relationship`
#         has its expressions swapped: the component relatesto (a reference) reads `code`, relation (a token) reads `target`.
#         Observation `code-value-date` reads `value.as(DateTime)`, a type that FHIR doesn't have (dateTime), and finds nothing.
# Why it matters here: "which document replaces this one" is a composite search. A server that builds its index from the
#         definitions, as the standard invites, looks a code up among references and answers nothing, with 200. Composite
#         parameters are to be tried on a destination before a gateway relies on them; a server of ours must correct these two.
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
    <PackageReference Include="Hl7.Fhir.Specification.Data.R4" Version="6.8.0" />
    <PackageReference Include="Microsoft.Extensions.Caching.Memory" Version="10.0.10" />
  </ItemGroup>
</Project>
XML
cat >Program.cs <<'CS'
using System;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Xml;
using Hl7.Fhir.FhirPath;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;

using var zip = ZipFile.OpenRead(Path.Combine(AppContext.BaseDirectory, "specification.zip"));
using var file = zip.GetEntry("search-parameters.xml")!.Open();
var all = ((Bundle)FhirXmlDeserializer.RECOVERABLE.DeserializeResource(XmlReader.Create(file)))
    .Entry.Select(e => (SearchParameter)e.Resource).ToDictionary(p => p.Url);

var document = new DocumentReference
{
    Status = DocumentReferenceStatus.Current,
    RelatesTo = [new() { Code = DocumentRelationshipType.Replaces, Target = new("DocumentReference/a") }],
};
var observation = new Observation { Code = new("http://loinc.org", "30525-0"), Value = new FhirDateTime("2026-11") };
Show("DocumentReference-relationship", document);
Show("Observation-code-value-date", observation);
Show("Observation-code-value-quantity", new Observation { Code = observation.Code, Value = new Quantity(5, "mg") });

void Show(string name, Base resource)
{
    var parameter = all["http://hl7.org/fhir/SearchParameter/" + name];
    foreach (var component in parameter.Component)
    {
        var wanted = all[component.Definition];
        var found = resource.Select(parameter.Expression).SelectMany(e => e.Select(component.Expression)).Select(v => v.TypeName);
        var types = string.Join(",", found.DefaultIfEmpty("nothing"));
        Console.WriteLine($"{parameter.Code}: {wanted.Code} is a {wanted.Type}, {component.Expression} finds {types}");
    }
}
CS
cat >seen.txt <<'TXT'
relationship: relatesto is a Reference, code finds code
relationship: relation is a Token, target finds Reference
code-value-date: code is a Token, code finds CodeableConcept
code-value-date: value-date is a Date, value.as(DateTime) | value.as(Period) finds nothing
code-value-quantity: code is a Token, code finds CodeableConcept
code-value-quantity: value-quantity is a Quantity, value.as(Quantity) finds Quantity
TXT
dotnet run -v q >now.txt
cat now.txt
diff seen.txt now.txt >/dev/null || { echo "CHANGED since 2026-11-28:"; diff seen.txt now.txt; exit 1; }
