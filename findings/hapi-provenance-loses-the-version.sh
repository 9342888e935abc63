#!/usr/bin/env bash
# Of:     HAPI FHIR JPA server 8.8.0, default settings (R4).
# Seen 2026-11-28, on that version.
# Says the specification: R4 Provenance.target: "Target references are usually version specific"; R4 references.html: a reference
#         to Type/id/_history/version means that version.
# Does:   the version is cut off from every reference when the resource is stored (a setting, on by default). A search for
#         Provenance by target answers every Provenance of the resource whatever version is asked for, and _include gives the
#         version of today.
# Why it matters here: "written by AI" is said in a Provenance of one version of a note. Once a clinician has edited the note, the
#         same Provenance points at the clinician's text. A gateway must say in the resource itself what is AI text (label,
#         author, status), and keep the version in Provenance elsewhere: the script shows that entity.what.identifier stays.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=hapi.inc
source "$(dirname "${BASH_SOURCE[0]}")/hapi.inc"

note() {
  jq -nc --arg id "note-$run" --arg s "$1" '{resourceType: "Composition", id: $id, status: $s, type: {text: "note"},
    date: "2026-11-28", title: "note", author: [{display: "scribe"}]}'
}
provenance=$(jq -nc --arg id "provenance-$run" --arg n "Composition/note-$run" --arg s "$system" '{resourceType: "Provenance", id: $id,
  target: [{reference: ($n + "/_history/1")}], recorded: "2026-11-28T10:00:00Z", agent: [{who: {display: "AI scribe"}}],
  entity: [{role: "source", what: {identifier: {system: $s, value: "message-1"}}}]}')

is "version 1, written by AI" 201 "$(send PUT "Composition/note-$run" "$(note preliminary)")"
is "its Provenance, with a version-specific target" 201 "$(send PUT "Provenance/provenance-$run" "$provenance")"
is "version 2, written by a clinician" 200 "$(send PUT "Composition/note-$run" "$(note final)")"

is "the Provenance is read" 200 "$(send GET "Provenance/provenance-$run")"
is "  its target" "Composition/note" "$(jq -r ".target[0].reference | sub(\"-$run\"; \"\")" "$work/body")"
is "  its entity" "message-1" "$(jq -r '.entity[0].what.identifier.value' "$work/body")"
is "Provenance of version 2" 200 "$(send GET "Provenance?target=Composition/note-$run/_history/2")"
is "  finds the one of version 1" "provenance" "$(jq -r "[.entry[].resource.id | sub(\"-$run\"; \"\")] | join(\",\")" "$work/body")"
is "the Provenance with its target included" 200 "$(send GET "Provenance?_id=provenance-$run&_include=Provenance:target")"
is "  includes" "version 2, final" \
  "$(jq -r '.entry[].resource | select(.resourceType == "Composition") | "version \(.meta.versionId), \(.status)"' "$work/body")"
