#!/usr/bin/env bash
# Of:     HAPI FHIR JPA server 8.8.0, default settings (R4).
# Seen 2026-11-28, on that version.
# Says the specification: R4 Bundle.entry.fullUrl is an absolute URL, and references in a document resolve against the fullUrl of
#         its entries (R4 bundle.html#references). A transaction replaces the ids of its own entries in what it stores (http.html#trules); a
#         document is attested as a whole (R4 documents.html), so it should be rewritten wholly or not at all.
# Does:   a document Bundle that is stored by a transaction, and whose entries bear the same urn:uuid as entries of the
#         transaction (the usual way to send a note both as resources and as a document), is rewritten by half: each fullUrl
#         becomes a relative "Type/id", while the references inside the document keep the urn:uuid. The stored document's
#         subject resolves to nothing, and its fullUrls are no longer absolute. It answers 200.
# Why it matters here: the document that was signed is not the one that is stored, and no reader can find its patient. A gateway
#         that sends a document beside the resources must give the document's entries urn:uuids of their own, or send it as
#         Binary: the script shows that such a document stays as it was.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=hapi.inc
source "$(dirname "${BASH_SOURCE[0]}")/hapi.inc"

uuid() { python3 -c 'import uuid; print("urn:uuid:%s" % uuid.uuid4())'; }
bundle() { # the document's composition and patient, then the transaction's
  jq -nc --arg dc "$1" --arg dp "$2" --arg tc "$3" --arg tp "$4" --arg s "$system" '
    {resourceType: "Patient", identifier: [{system: $s, value: "patient"}]} as $patient
    | ({resourceType: "Composition", status: "final", type: {text: "note"}, date: "2026-11-28", title: "note",
        author: [{display: "scribe"}]}) as $note
    | {resourceType: "Bundle", type: "document", identifier: {system: $s, value: $dc}, timestamp: "2026-11-28T10:00:00Z",
       entry: [{fullUrl: $dc, resource: ($note + {subject: {reference: $dp}})}, {fullUrl: $dp, resource: $patient}]} as $document
    | {resourceType: "Bundle", type: "transaction", entry: [
        {fullUrl: $tc, resource: ($note + {subject: {reference: $tp}}), request: {method: "POST", url: "Composition"}},
        {fullUrl: $tp, resource: $patient, request: {method: "POST", url: "Patient"}},
        {resource: $document, request: {method: "POST", url: "Bundle"}}]}'
}
stored() { # reads the stored document back, with ids replaced
  local location
  location=$(jq -r '.entry[2].response.location | sub("/_history.*"; "")' "$work/body")
  send GET "$location" >"$work/status"
  jq -c '[.entry[].fullUrl, .entry[0].resource.subject.reference]
    | map(sub("[0-9a-f]{8}-[0-9a-f-]{27}"; "UUID") | sub("/[0-9]+$"; "/ID"))' "$work/body"
}

c=$(uuid); p=$(uuid)
is "a document that shares urn:uuids with its transaction" 200 "$(send POST "" "$(bundle "$c" "$p" "$c" "$p")")"
is "  fullUrls and subject as stored" '["Composition/ID","Patient/ID","urn:uuid:UUID"]' "$(stored)"

is "a document with urn:uuids of its own" 200 "$(send POST "" "$(bundle "$(uuid)" "$(uuid)" "$(uuid)" "$(uuid)")")"
is "  fullUrls and subject as stored" '["urn:uuid:UUID","urn:uuid:UUID","urn:uuid:UUID"]' "$(stored)"
