#!/usr/bin/env bash
# Of:     HAPI FHIR JPA server 8.8.0, default settings (R4), server time zone UTC.
# Seen 2026-11-28, on that version.
# Says the specification: R4 search.html#date: ge2026-11-29 means from the first instant of that day on; "where possible, the
#         system should correct for time zones". A search by day and one by the instant that starts this day are the same
#         question to most callers.
# Does:   a note of 2026-11-28T23:30:00-05:00 (04:30 UTC on the 29th) lies on the 28th, the day written in its own offset, for a
#         search by day, and on the 29th for a search by instant. `date=ge2026-11-29` misses it, `date=ge2026-11-29T00:00:00Z`
#         finds it; `date=2026-11-28` finds it, the 28th written as two instants of the server's zone doesn't.
# Why it matters here: an evening note of an American clinic falls between the days of whoever polls a server day by day, or is
#         counted twice by whoever mixes both forms. Poll by instants with an offset, or by _lastUpdated.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=hapi.inc
source "$(dirname "${BASH_SOURCE[0]}")/hapi.inc"

is "a patient" 201 "$(send PUT "Patient/patient-$run" "{\"resourceType\":\"Patient\",\"id\":\"patient-$run\"}")"
is "a note at 23:30 in New York" 201 "$(send PUT "Composition/note-$run" "$(jq -nc --arg r "$run" '{resourceType: "Composition",
  id: ("note-" + $r), subject: {reference: ("Patient/patient-" + $r)}, status: "final", type: {text: "note"},
  date: "2026-11-28T23:30:00-05:00", title: "note", author: [{display: "scribe"}]}')")"

total() { send GET "Composition?subject=Patient/patient-$run&_total=accurate&$1" >"$work/status"; jq -r .total "$work/body"; }
is "date=2026-11-28" 1 "$(total date=2026-11-28)"
is "date=2026-11-29" 0 "$(total date=2026-11-29)"
is "date=ge2026-11-29" 0 "$(total date=ge2026-11-29)"
is "date=ge2026-11-29T00:00:00Z" 1 "$(total date=ge2026-11-29T00:00:00Z)"
is "date=2026-11-29T04:30:00Z" 1 "$(total date=2026-11-29T04:30:00Z)"
is "date=ge2026-11-28T00:00:00Z&date=lt2026-11-29T00:00:00Z" 0 "$(total 'date=ge2026-11-28T00:00:00Z&date=lt2026-11-29T00:00:00Z')"
