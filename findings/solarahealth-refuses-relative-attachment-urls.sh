#!/usr/bin/env bash
# Of:     @solarahealth/fhir-r4 1.2.0 (npm; Zod schemas for R4), Node 20.
# Seen 2026-11-28, on that version.
# Says the specification: R4 Attachment.url: "Relative URLs are interpreted relative to the service url, like a resource
#         reference"; R4 documentreference.html points at a Binary that way.
# Does:   the schema of DocumentReference refuses an attachment whose url is relative (Binary/1), "Invalid URL". Absolute URLs and
#         urn:uuid pass.
# Why it matters here: a transaction with a note as Binary and a DocumentReference that points at it by urn:uuid is stored by
#         servers (HAPI 8.8.0 does) as the relative Binary/id. What a gateway sent passes this library, what the same server
#         gives back does not.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm install --no-audit --no-fund --silent @solarahealth/fhir-r4@1.2.0
cat >seen.js <<'JS'
const { createDocumentReferenceSchema } = require("@solarahealth/fhir-r4");
for (const url of ["urn:uuid:7d9a1c62-51f6-4a2e-9c38-0f6f2d8b5a11", "http://fhir.example.org/Binary/1", "Binary/1"]) {
  const read = createDocumentReferenceSchema().safeParse({
    resourceType: "DocumentReference", status: "current", content: [{ attachment: { contentType: "text/plain", url } }] });
  console.log(url, read.success ? "accepted" : `refused: ${read.error.issues.map(i => `${i.path.join(".")} ${i.message}`).join("; ")}`);
}
JS
cat >seen.txt <<'TXT'
urn:uuid:7d9a1c62-51f6-4a2e-9c38-0f6f2d8b5a11 accepted
http://fhir.example.org/Binary/1 accepted
Binary/1 refused: content.0.attachment.url Invalid URL
TXT
node seen.js >now.txt
cat now.txt
diff seen.txt now.txt >/dev/null || { echo "CHANGED since 2026-11-28:"; diff seen.txt now.txt; exit 1; }
