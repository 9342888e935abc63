#!/usr/bin/env bash
# Of:     HAPI FHIR JPA server 8.8.0, default settings (R4).
# Seen 2026-11-28, on that version.
# Says the specification: R4 Bundle.entry.request.ifMatch, "only perform the operation if the Etag value matches";
#         R4 http.html#concurrency: where the version in If-Match is not the current one the server answers 412 and does not
#         update. A conditional update (http.html#cond-update) that finds one match is an ordinary update of that match.
#         RFC 9110 section 13.1.1: with nothing there, If-Match fails.
# Does:   a stale version is refused (409) for PUT and PATCH of Type/id only. The same stale version is ignored without a word for
#         a conditional PUT, a conditional PATCH and a DELETE, in a transaction and outside; PUT with If-Match of an id that
#         does not exist creates it.
# Why it matters here: a gateway writes by identity (PUT Type?identifier=…), and the FHIR SDK's TransactionBuilder offers a
#         version for exactly that (ConditionalUpdate(condition, body, versionId)). On this server such a lock locks nothing: an
#         older note would overwrite what a clinician signed in between. Read the id first and PUT to the id, or order writes
#         before they are sent.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=hapi.inc
source "$(dirname "${BASH_SOURCE[0]}")/hapi.inc"

note() { # TEXT [ID]
  jq -nc --arg s "$system" --arg t "$1" --arg id "${2:-}" \
    '{resourceType: "Basic", identifier: [{system: $s, value: "note"}], code: {text: $t}} + if $id == "" then {} else {id: $id} end'
}
transaction() { # METHOD URL RESOURCE
  jq -nc --arg m "$1" --arg u "$2" --argjson r "${3:-null}" \
    '{resourceType: "Bundle", type: "transaction", entry: [{request: {method: $m, url: $u, ifMatch: "W/\"1\""}}
      + if $r == null then {} else {resource: $r} end]}'
}
text() { send GET "Basic/$id" >"$work/status"; jq -r .code.text "$work/body"; }

id=note-$run
identity="Basic?identifier=$system|note"
patch='{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},
  {"name":"path","valueString":"Basic.code.text"},{"name":"value","valueString":"stale patch"}]}]}'

is "first version" 201 "$(send PUT "Basic/$id" "$(note first "$id")")"
is "second version, signed by a clinician" 200 "$(send PUT "Basic/$id" "$(note signed "$id")")"

is "PUT Type/id with the stale version 1 is refused" 409 "$(send POST "" "$(transaction PUT "Basic/$id" "$(note stale "$id")")")"
is "  and the text is kept" signed "$(text)"

is "conditional PUT with the stale version 1, in a transaction" 200 "$(send POST "" "$(transaction PUT "$identity" "$(note 'stale put')")")"
is "  overwrites" "stale put" "$(text)"
is "conditional PATCH with the stale version 1, in a transaction" 200 "$(send POST "" "$(transaction PATCH "$identity" "$patch")")"
is "  overwrites" "stale patch" "$(text)"
is "conditional PUT with the stale version 1, outside of a transaction" 200 \
  "$(send PUT "Basic?identifier=$system%7Cnote" "$(note 'stale again')" 'If-Match: W/"1"')"
is "  overwrites" "stale again" "$(text)"
is "DELETE Type/id with the stale version 1, in a transaction" 200 "$(send POST "" "$(transaction DELETE "Basic/$id" "")")"
is "  deletes" 410 "$(send GET "Basic/$id")"
is "PUT with If-Match of an id that was never there creates it" 201 \
  "$(send PUT "Basic/never-$run" "$(note new "never-$run")" 'If-Match: W/"1"')"
