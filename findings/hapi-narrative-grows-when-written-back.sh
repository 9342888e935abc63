#!/usr/bin/env bash
# Of:     HAPI FHIR JPA server 8.8.0, default settings (R4).
# Seen 2026-11-28, on that version.
# Says the specification: R4 narrative.html: the div is XHTML and carries the clinical content. Comments are part of XHTML and break
#         neither txt-1 nor txt-2 (HL7's validator passes them); XHTML keeps white space inside <pre> as content.
# Does:   before each XML comment (and CDATA section) in a narrative HAPI inserts blanks: two when it takes the resource in, two
#         when it gives it out. An editor that reads a note and writes it back unchanged makes a new version with four more
#         blanks each time. Inside <pre>, which notes use for verbatim text, they show.
# Why it matters here: text is sacred; converters leave comments in narratives (Word, C-CDA stylesheets, section markers). A
#         gateway should send narratives without comments and CDATA, and can't compare what it sent with what it reads back.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=hapi.inc
source "$(dirname "${BASH_SOURCE[0]}")/hapi.inc"

id=narrative-$run
div() { send GET "Basic/$id" >"$work/status"; jq -r '.text.div | gsub("<div[^>]*>|</div>"; "")' "$work/body"; }
write() { # INNER XHTML
  send PUT "Basic/$id" "$(jq -nc --arg id "$id" --arg x "$1" '{resourceType: "Basic", id: $id, code: {text: "note"},
    text: {status: "additional", div: ("<div xmlns=\"http://www.w3.org/1999/xhtml\">" + $x + "</div>")}}')"
}

is "a narrative without comments is stored" 201 "$(write '<pre>dose  5 mg</pre>')"
is "  and comes back as it was" '<pre>dose  5 mg</pre>' "$(div)"
is "one with a comment is stored" 200 "$(write '<pre>dose<!-- 1 --> 5 mg</pre>')"
is "  and comes back with 4 blanks more" '<pre>dose    <!-- 1 --> 5 mg</pre>' "$(div)"
for more in '        ' '            '; do
  is "what was read is written back unchanged" 200 "$(send PUT "Basic/$id" "$(cat "$work/body")")"
  is "  and has 4 blanks more" "<pre>dose$more<!-- 1 --> 5 mg</pre>" "$(div)"
done
is "the versions of a note that nobody changed" 4 "$(jq -r .meta.versionId "$work/body")"
is "a CDATA section is stored" 200 "$(write '<pre>dose<![CDATA[ < 5 mg]]></pre>')"
is "  and moves away likewise" '<pre>dose    <![CDATA[ < 5 mg]]></pre>' "$(div)"
