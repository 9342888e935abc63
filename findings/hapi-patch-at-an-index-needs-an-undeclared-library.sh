#!/usr/bin/env bash
# Of:     HAPI FHIR JPA server 8.8.0 (R4), hapi-fhir-storage 8.8.0, without libraries that its pom does not name.
# Seen 2026-11-29, on that version.
# Says the specification: R4 fhirpatch.html: a delete names one element by its path, "item.property[index]" among the paths.
# Does:   a FHIRPath Patch that deletes "Patient.name[1]" is refused with "NoClassDefFoundError:
#         net/sourceforge/plantuml/StringUtils": ca.uhn.fhir.jpa.patch.ParsedFhirPath uses a class of PlantUML, a library that draws
#         diagrams. hapi-fhir-storage's pom does not name it; a server has it only where something else brings it along. The same
#         patch without an index is done.
# Why it matters here: whether a destination takes a patch with an index depends on what else lies on its class path, and no
#         CapabilityStatement says so. Ours name whole elements.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=hapi.inc
source "$(dirname "${BASH_SOURCE[0]}")/hapi.inc"

patient='{"resourceType":"Patient","id":"patch-'$run'","name":[{"family":"A"},{"family":"B"}],"gender":"female"}'
deleting() { # PATH
  printf '{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"delete"},{"name":"path","valueString":"%s"}]}]}' "$1"
}

is "a patient with two names" 201 "$(send PUT "Patient/patch-$run" "$patient")"
is "  deleting Patient.gender" 200 "$(send PATCH "Patient/patch-$run" "$(deleting Patient.gender)")"
status=$(send PATCH "Patient/patch-$run" "$(deleting 'Patient.name[1]')")
is "  deleting Patient.name[1]" "500 net/sourceforge/plantuml/StringUtils" \
  "$status $(jq -r '.issue[0].diagnostics' "$work/body" | grep -o 'net/sourceforge/plantuml/StringUtils')"
