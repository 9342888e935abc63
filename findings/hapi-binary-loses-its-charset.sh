#!/usr/bin/env bash
# Of:     HAPI FHIR JPA server 8.8.0, default settings (R4).
# Seen 2026-11-28, on that version.
# Says the specification: R4 binary.html#rest: asked for anything but a FHIR format, the server returns the content "with the
#         content type stated in the resource in the Content-Type header"; R4 Attachment.contentType includes "mime type
#         parameters such as charset where appropriate".
# Does:   a Binary of "text/plain; charset=utf-8" is stored so, and read as JSON says so; read as itself it comes with
#         "Content-Type: text/plain", without the charset. The bytes are right.
# Why it matters here: a note kept as Binary and opened by its link is read in whatever charset the reader assumes: "Núñez, 37 °C"
#         turns into "NÃºÃ±ez, 37 Â°C". Put a text note's bytes in a form that names its own charset (HTML with meta charset,
#         XML), or inline it in the attachment.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=hapi.inc
source "$(dirname "${BASH_SOURCE[0]}")/hapi.inc"

header() { # ACCEPT
  curl -fsS -o "$work/bytes" -D - -H "Accept: $1" "$base/Binary/note-$run" | tr -d '\r' | sed -n 's/^[Cc]ontent-[Tt]ype: //p'
}

data=$(printf 'Núñez, 37 °C' | base64)
is "a note as Binary" 201 "$(send PUT "Binary/note-$run" \
  "{\"resourceType\":\"Binary\",\"id\":\"note-$run\",\"contentType\":\"text/plain; charset=utf-8\",\"data\":\"$data\"}")"
is "  its contentType as stored" "text/plain; charset=utf-8" "$(jq -r .contentType "$work/body")"
for accept in 'text/plain' '*/*' 'text/html,*/*;q=0.8'; do
  is "  read with Accept $accept, Content-Type" text/plain "$(header "$accept")"
  is "  its bytes" "$data" "$(base64 <"$work/bytes")"
done
