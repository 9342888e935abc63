#!/usr/bin/env bash
# Of:     the definitions of FHIR R4 4.0.1 (Hl7.Fhir.Specification.Data.R4 6.8.0) in Firely.Fhir.Validation.R4 3.6.0 and, where
#         FHIRGATEWAY_HAPI points at the folder of HAPI's launcher, in HL7's validator (org.hl7.fhir core 6.7.9).
# Seen 2026-11-28, on that version.
# Says the specification: R4 Period.end: "The high value includes any matching date/time. i.e. 2012-02-03T10:00:00 is in a period
#         that has an end value of 2012-02-03."
# Does:   its invariant per-1 says the contrary: `start <= end` compares ends of unequal precision, FHIRPath answers "unknown", and
#         both validators take that for an error. An encounter from 09:30 until that same day, a stay from a month to a day of
#         this month and a year that ends today are all refused; ends of one precision pass.
# Why it matters here: AI scribes and records networks send a start with a time and an end that is a date, or a year. Sent on as
#         they came, such periods fail every validating server. A gateway must check this before it sends, and may not cut a
#         time off to please the rule without keeping what was said.
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
    <PackageReference Include="Firely.Fhir.Validation.R4" Version="3.6.0" />
    <PackageReference Include="Microsoft.Extensions.Caching.Memory" Version="10.0.10" />
  </ItemGroup>
</Project>
XML
cat >Program.cs <<'CS'
using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using Firely.Fhir.Validation;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Specification.Source;
using Hl7.Fhir.Specification.Terminology;

var json = new JsonSerializerOptions().ForFhir(ModelInfo.ModelInspector);
var definitions = new CachedResolver(ZipSource.CreateValidationSource());
var validator = new Validator(definitions, new LocalTerminologyService(definitions), null, new ValidationSettings());
foreach (var line in File.ReadLines("encounters.ndjson"))
{
    var encounter = JsonSerializer.Deserialize<Encounter>(line, json)!;
    var errors = validator.Validate(encounter).Issue.Where(i => i.Severity == OperationOutcome.IssueSeverity.Error);
    var said = errors.Select(e => e.Details.Text.Contains("per-1") ? "per-1" : e.Details.Text).DefaultIfEmpty("valid");
    Console.WriteLine($"{encounter.Period.Start} to {encounter.Period.End}: {string.Join("; ", said)}");
}
CS
while read -r start end; do
  jq -nc --arg s "$start" --arg e "$end" '{resourceType: "Encounter", status: "finished",
    class: {system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "AMB"}, period: {start: $s, end: $e}}'
done >encounters.ndjson <<'TXT'
2026-11-28T09:30:00Z 2026-11-28
2026-11 2026-11-28
2026 2026-11-28T09:30:00Z
2026-11-28 2026-11-28
2026-11-28T09:30:00Z 2026-11-28T09:45:00Z
2026-11-27 2026-11-28T09:30:00Z
TXT
cat >seen.txt <<'TXT'
2026-11-28T09:30:00Z to 2026-11-28: per-1
2026-11 to 2026-11-28: per-1
2026 to 2026-11-28T09:30:00Z: per-1
2026-11-28 to 2026-11-28: valid
2026-11-28T09:30:00Z to 2026-11-28T09:45:00Z: valid
2026-11-27 to 2026-11-28T09:30:00Z: valid
TXT
compare() {
  echo "$1:"
  cat "$2"
  diff seen.txt "$2" >/dev/null || { echo "CHANGED since 2026-11-28:"; diff seen.txt "$2"; exit 1; }
}

dotnet run -v q >firely.txt
compare "Firely.Fhir.Validation.R4 3.6.0" firely.txt

if [ -z "${FHIRGATEWAY_HAPI:-}" ]; then
  echo "HL7's validator: not run, set FHIRGATEWAY_HAPI to the folder that holds validate.sh"
  exit 0
fi
# It exits 1 when something is invalid, which is what is asked here.
"$FHIRGATEWAY_HAPI/validate.sh" - <encounters.ndjson >answers.ndjson 2>validator.log || [ $? = 1 ]
jq -r '[.outcome.issue[] | select(.severity == "error") | (.diagnostics // .details.text) | if test("per-1") then "per-1" else . end]
  | if length == 0 then "valid" else join("; ") end' answers.ndjson >verdicts.txt
jq -r '"\(.period.start) to \(.period.end): "' encounters.ndjson | paste -d '' - verdicts.txt >hl7.txt
compare "HL7's validator" hl7.txt
