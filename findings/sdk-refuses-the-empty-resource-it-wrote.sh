#!/usr/bin/env bash
# Of:     Hl7.Fhir.R4 6.8.0 (NuGet), .NET SDK 10.0.
# Seen 2026-11-28, on that version.
# Says the specification: R4 Patient and Parameters have no mandatory element, so a resource with none is conformant; R4 json.html
#         forbids empty objects, and {"resourceType": "Parameters"} is not one. HL7's validator calls it valid.
# Does:   the SDK writes new Parameters() as {"resourceType":"Parameters"} and refuses to read that: "An object needs to have at
#         least one property", DeserializationFailedException. A whole Bundle with one such resource is unreadable; XML alike.
# Why it matters here: an operation without input or result is an empty Parameters, a stub that only has to exist is an empty
#         Patient or Basic. One of them in a transaction or an answer fails the other entries too. Read answers with
#         FhirJsonDeserializer.RECOVERABLE, or put an element in.
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
using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;

var json = new JsonSerializerOptions().ForFhir(ModelInfo.ModelInspector);
var empty = JsonSerializer.Serialize(new Parameters(), json);
var bundle = JsonSerializer.Serialize(new Bundle
{
    Type = Bundle.BundleType.Transaction,
    Entry =
    [
        new() { Resource = new Patient { Active = true }, Request = new() { Method = Bundle.HTTPVerb.POST, Url = "Patient" } },
        new() { Resource = new Patient(), Request = new() { Method = Bundle.HTTPVerb.POST, Url = "Patient" } },
    ],
}, json);

Console.WriteLine($"written: {empty}");
Say("read as JSON", () => JsonSerializer.Deserialize<Parameters>(empty, json));
Say("read as XML", () => FhirXmlDeserializer.DEFAULT.DeserializeResource(FhirXmlSerializer.Default.SerializeToString(new Parameters())));
Say("a bundle with one", () => JsonSerializer.Deserialize<Bundle>(bundle, json));
Say("read with RECOVERABLE", () => FhirJsonDeserializer.RECOVERABLE.DeserializeResource(empty));

static void Say(string what, Func<Resource> read)
{
    try
    {
        Console.WriteLine($"{what}: {read().TypeName}");
    }
    catch (DeserializationFailedException)
    {
        Console.WriteLine($"{what}: DeserializationFailedException");
    }
}
CS
cat >seen.txt <<'TXT'
written: {"resourceType":"Parameters"}
read as JSON: DeserializationFailedException
read as XML: DeserializationFailedException
a bundle with one: DeserializationFailedException
read with RECOVERABLE: Parameters
TXT
dotnet run -v q >now.txt
cat now.txt
diff seen.txt now.txt >/dev/null || { echo "CHANGED since 2026-11-28:"; diff seen.txt now.txt; exit 1; }
