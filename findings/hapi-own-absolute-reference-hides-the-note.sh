#!/usr/bin/env bash
# Of:     HAPI FHIR JPA server 8.8.0, default settings (R4).
# Seen 2026-11-28, on that version.
# Says the specification: R4 references.html#literal: a reference is an absolute URL, or relative to the service's base; on the
#         server with that base both name one resource. search.html#reference takes both.
# Does:   a note whose subject is written as the server's own absolute URL (the fullUrl it gave for the patient) is answered and
#         stored as "Patient/id", the same text as in any other note, but indexed as a link to a foreign server: a search by
#         patient, _revinclude, _include and $everything don't find it, only a search by that URL does, and that in turn misses
#         the others. The patient can be deleted under it. (A setting names base URLs to treat as local; it is empty by default.)
# Why it matters here: whoever looks the patient up first and refers to the fullUrl or Location it was given writes notes that no
#         clinician's chart shows, and nothing in them tells. Always cut the destination's base off a reference before sending.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=hapi.inc
source "$(dirname "${BASH_SOURCE[0]}")/hapi.inc"

patient=Patient/patient-$run
note() { # NAME REFERENCE
  send PUT "Composition/$1-$run" "$(jq -nc --arg id "$1-$run" --arg p "$2" '{resourceType: "Composition", id: $id, subject: {reference: $p},
    status: "final", type: {text: "note"}, date: "2026-11-28", title: "note", author: [{display: "scribe"}]}')"
}
found() { send GET "$1" >"$work/status"; jq -r "[.entry[]?.resource.id | sub(\"-$run\"; \"\")] | sort | join(\" \")" "$work/body"; }

is "a patient" 201 "$(send PUT "$patient" "{\"resourceType\":\"Patient\",\"id\":\"patient-$run\"}")"
is "a search for it" 200 "$(send GET "Patient?_id=patient-$run")"
full=$(jq -r '.entry[0].fullUrl' "$work/body")
is "  its fullUrl is" "$base/$patient" "$full"

is "note a, about Patient/id" 201 "$(note a "$patient")"
is "note b, about that fullUrl" 201 "$(note b "$full")"
is "note b is read" 200 "$(send GET "Composition/b-$run")"
is "  its subject as stored" "$patient" "$(jq -r .subject.reference "$work/body")"

is "notes found by patient=id" a "$(found "Composition?patient=patient-$run")"
is "notes found by subject=Patient/id" a "$(found "Composition?subject=$patient")"
is "notes found by subject=fullUrl" b "$(found "Composition?subject=$full")"
is "the patient with the notes about it" "a patient" "$(found "Patient?_id=patient-$run&_revinclude=Composition:subject")"
is "note b with its subject included" b "$(found "Composition?_id=b-$run&_include=Composition:subject")"
is "the patient's \$everything" "a patient" "$(found "$patient/\$everything")"
is "the patient is deleted while note a refers to it" 409 "$(send DELETE "$patient")"
is "note a is deleted" 200 "$(send DELETE "Composition/a-$run")"
is "the patient is deleted while note b refers to it" 200 "$(send DELETE "$patient")"
