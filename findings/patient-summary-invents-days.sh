#!/usr/bin/env bash
# Of:     @imranq2/fhirpatientsummary 1.0.45 (npm; writes International Patient Summaries from FHIR resources), Node 20.
# Seen 2026-11-28, on that version.
# Says the specification: R4 datatypes.html#dateTime: "a date, date-time or partial date (e.g. just year or year + month) as used
#         in human communication"; what isn't said isn't known.
# Does:   a condition that began in "2020" is shown as "01/01/2020", one of "2020-11" as "11/01/2020"; these can't be told from a
#         day that was said.
# Why it matters here: intake bots write "since about 2020". A gateway keeps the year as it is, and the next reader shows a day
#         that nobody named. Where the precision carries meaning, say it in words as well (onsetString, or the narrative).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm install --no-audit --no-fund --silent @imranq2/fhirpatientsummary@1.0.45
cat >seen.js <<'JS'
const { ComprehensiveIPSCompositionBuilder } = require("@imranq2/fhirpatientsummary");
for (const level of ["log", "info", "debug", "warn"]) console[level] = () => {};
const patient = { resourceType: "Patient", id: "p", name: [{ family: "Example" }], gender: "female", birthDate: "1980-01-01" };
const said = ["2020", "2020-11", "2020-11-01"];
const conditions = said.map((onsetDateTime, i) => ({ resourceType: "Condition", id: `c${i}`, subject: { reference: "Patient/p" },
  code: { text: `condition ${i}` }, onsetDateTime,
  clinicalStatus: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/condition-clinical", code: "active" }] } }));
const bundle = { resourceType: "Bundle", type: "collection",
  entry: [patient, ...conditions].map(r => ({ fullUrl: `http://fhir.example.org/${r.resourceType}/${r.id}`, resource: r })) };

(async () => {
  const builder = new ComprehensiveIPSCompositionBuilder().setPatient(patient);
  await builder.readBundleAsync(bundle, "UTC");
  const summary = await builder.buildBundleAsync("org", "Example", "http://fhir.example.org/", "UTC");
  const rows = summary.entry[0].resource.section.find(s => /problem/i.test(s.title)).text.div.split(/<tr/i);
  said.forEach((onset, i) => {
    const shown = rows.find(row => row.toLowerCase().includes(`condition ${i}`)).match(/\d\d\/\d\d\/\d{4}|\b\d{4}(-\d\d)*\b/);
    process.stdout.write(`${onset} is shown as ${shown ? shown[0] : "nothing"}\n`);
  });
})();
JS
cat >seen.txt <<'TXT'
2020 is shown as 01/01/2020
2020-11 is shown as 11/01/2020
2020-11-01 is shown as 11/01/2020
TXT
node seen.js >now.txt
cat now.txt
diff seen.txt now.txt >/dev/null || { echo "CHANGED since 2026-11-28:"; diff seen.txt now.txt; exit 1; }
