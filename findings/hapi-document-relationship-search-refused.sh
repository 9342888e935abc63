#!/usr/bin/env bash
# Of:     HAPI FHIR JPA server 8.8.0, default settings (R4).
# Seen 2026-11-28, on that version.
# Says the specification: R4 DocumentReference has a composite search parameter `relationship`, "combination of relation and
#         relatesTo", of relatesto (a reference) and relation (a token); R4 search.html#composite writes it as reference$code.
# Does:   the server's own CapabilityStatement lists it for DocumentReference, and a search with it is 400, HAPI-1204 "Don't know
#         how to handle composite parameter with type of REFERENCE". The two parts alone work, but `relatesto=A&relation=replaces`
#         also finds a document that replaces B and merely transforms A.
# Why it matters here: "which document replaces this one?" is the question a reader asks of a note that may be superseded. The
#         CapabilityStatement can't be trusted for it: search with the two parts and look at relatesTo in what comes back.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=hapi.inc
source "$(dirname "${BASH_SOURCE[0]}")/hapi.inc"

document() { # ID RELATESTO
  send PUT "DocumentReference/$1" "$(jq -nc --arg id "$1" --argjson r "$2" '{resourceType: "DocumentReference", id: $id, status: "current",
    content: [{attachment: {contentType: "text/plain"}}]} + if $r == [] then {} else {relatesTo: $r} end')"
}
relation() { jq -nc --arg c "$1" --arg t "DocumentReference/$2" '{code: $c, target: {reference: $t}}'; }
found() { jq -c '[.entry[]?.resource.id | sub("-[0-9-]+$"; "")] | sort' "$work/body"; }

a=a-$run; b=b-$run; successor=successor-$run; other=other-$run
is "document a" 201 "$(document "$a" '[]')"
is "document b" 201 "$(document "$b" '[]')"
is "successor, which replaces a" 201 "$(document "$successor" "[$(relation replaces "$a")]")"
is "other, which transforms a and replaces b" 201 "$(document "$other" "[$(relation transforms "$a"),$(relation replaces "$b")]")"

is "the CapabilityStatement" 200 "$(send GET metadata)"
is "  lists relationship as" composite \
  "$(jq -r '.rest[0].resource[] | select(.type == "DocumentReference").searchParam[] | select(.name == "relationship").type' "$work/body")"
is "relationship=a\$replaces" 400 "$(send GET "DocumentReference?relationship=DocumentReference/$a\$replaces")"
is "  says" "HAPI-1204: Don't know how to handle composite parameter with type of REFERENCE" "$(jq -r '.issue[0].diagnostics' "$work/body")"
is "relatesto=a&relation=replaces" 200 "$(send GET "DocumentReference?relatesto=DocumentReference/$a&relation=replaces")"
is "  finds also the one that replaces b" '["other","successor"]' "$(found)"
