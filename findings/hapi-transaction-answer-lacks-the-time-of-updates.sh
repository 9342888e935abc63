#!/usr/bin/env bash
# Of:     HAPI FHIR JPA server 8.8.0, default settings (R4).
# Seen 2026-11-28, on that version.
# Says the specification: R4 Bundle.entry.response: lastModified is "the date/time that the resource was modified on the server";
#         etag is "the Etag for the resource", which http.html#versioning writes W/"3", and so does R4's example of an answer.
#         (The comment "Etags match the Resource.meta.versionId" can be read either way.)
# Does:   lastModified is there for an entry that created a resource and missing for one that updated or patched it. etag is the
#         bare version, 2, which is no entity tag, while the same server's header says W/"2".
# Why it matters here: a gateway notes which version holds its note, and when. It must take the version from `location`, write the
#         tag itself before it sends ifMatch to a server that parses tags, and not wait for lastModified.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=hapi.inc
source "$(dirname "${BASH_SOURCE[0]}")/hapi.inc"

put() {
  jq -nc --arg s "$system" --arg t "$1" '{resourceType: "Bundle", type: "transaction", entry: [{
    fullUrl: "urn:uuid:7d9a1c62-51f6-4a2e-9c38-0f6f2d8b5a11",
    resource: {resourceType: "Basic", identifier: [{system: $s, value: "note"}], code: {text: $t}},
    request: {method: "PUT", url: ("Basic?identifier=" + $s + "|note")}}]}'
}
answer() { jq -c '.entry[0].response | [.status, .etag, has("lastModified")]' "$work/body"; }

is "a conditional PUT that creates" 200 "$(send POST "" "$(put first)")"
is "  status, etag, has lastModified" '["201 Created","1",true]' "$(answer)"
is "a conditional PUT that changes" 200 "$(send POST "" "$(put second)")"
is "  status, etag, has lastModified" '["200 OK","2",false]' "$(answer)"
location=$(jq -r '.entry[0].response.location | sub("/_history.*"; "")' "$work/body")
is "the header of the resource read by itself" 'W/"2"' \
  "$(curl -fsS -o /dev/null -D - "$base/$location" | tr -d '\r' | sed -n 's/^[Ee][Tt]ag: //p')"
