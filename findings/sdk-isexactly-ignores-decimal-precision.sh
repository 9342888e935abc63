#!/usr/bin/env bash
# Of:     Hl7.Fhir.R4 6.8.0 (NuGet), .NET SDK 10.0.
# Seen 2026-11-28, on that version.
# Says the specification: R4 datatypes.html#decimal: the precision of a decimal has significance, "0.010 is regarded as different to
#         0.01, and the original precision should be preserved".
# Does:   the model keeps 0.010 and writes it back as 0.010, but IsExactly says that a resource with 0.010 and one with 0.01 are
#         exactly equal. For dates the same method is strict: an instant in two offsets is not exactly equal.
# Why it matters here: "has anything changed?" before a new version is written. A corrected lab value or dose whose digits changed
#         (5 mg → 5.0 mg) counts as unchanged and would never be sent. Compare the JSON instead.
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
Observation Read(string value, string date) => JsonSerializer.Deserialize<Observation>(
    "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"troponin\"},"
    + $"\"effectiveDateTime\":\"{date}\",\"valueQuantity\":{{\"value\":{value},\"unit\":\"ng/mL\"}}}}", json)!;

var first = Read("0.010", "2026-11-28T10:00:00Z");
var corrected = Read("0.01", "2026-11-28T10:00:00Z");
Console.WriteLine($"same JSON: {JsonSerializer.Serialize(first, json) == JsonSerializer.Serialize(corrected, json)}");
Console.WriteLine($"0.010 IsExactly 0.01: {first.IsExactly(corrected)}");
Console.WriteLine($"the same instant in two offsets: {first.IsExactly(Read("0.010", "2026-11-28T11:00:00+01:00"))}");
CS
cat >seen.txt <<'TXT'
same JSON: False
0.010 IsExactly 0.01: True
the same instant in two offsets: False
TXT
dotnet run -v q >now.txt
cat now.txt
diff seen.txt now.txt >/dev/null || { echo "CHANGED since 2026-11-28:"; diff seen.txt now.txt; exit 1; }
