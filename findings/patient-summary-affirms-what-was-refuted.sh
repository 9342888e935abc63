#!/usr/bin/env bash
# Of:     @imranq2/fhirpatientsummary 1.0.45 (npm; writes International Patient Summaries from FHIR resources), Node 20.
# Seen 2026-11-28, on that version.
# Says the specification: R4 Condition.verificationStatus and AllergyIntolerance.verificationStatus are modifiers, "because the
#         status contains the codes refuted and entered-in-error"; MedicationRequest.doNotPerform is a modifier: "asking for the
#         medication request not to occur". R4 conformance-rules.html#isModifier: who uses the data must heed modifiers.
# Does:   the summary's problem list shows a refuted condition, its allergies show a refuted one and one that was entered in
#         error, under "Active", and its medications show what must not be given, each in the words of the others.
# Why it matters here: a note's "melanoma was ruled out", translated as FHIR asks for it, becomes a problem in the next summary.
#         What a gateway writes as negated should say so in code.text too ("melanoma, ruled out"), for readers that show text
#         alone; what is not clearly asserted belongs into the narrative and not into a Condition.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm install --no-audit --no-fund --silent @imranq2/fhirpatientsummary@1.0.45
cat >seen.js <<'JS'
const { ComprehensiveIPSCompositionBuilder } = require("@imranq2/fhirpatientsummary");
for (const level of ["log", "info", "debug", "warn"]) console[level] = () => {};
const patient = { resourceType: "Patient", id: "p", name: [{ family: "Example" }], gender: "female", birthDate: "1980-01-01" };
const reference = { reference: "Patient/p" };
const of = (kind, code) => ({ coding: [{ system: `http://terminology.hl7.org/CodeSystem/${kind}`, code }] });
const condition = (id, text, status) => ({ resourceType: "Condition", id, subject: reference, code: { text },
  clinicalStatus: of("condition-clinical", "active"), verificationStatus: of("condition-ver-status", status) });
const allergy = (id, text, status) => ({ resourceType: "AllergyIntolerance", id, patient: reference, code: { text },
  verificationStatus: of("allergyintolerance-verification", status),
  ...(status !== "entered-in-error" && { clinicalStatus: of("allergyintolerance-clinical", "active") }) });
const request = (id, text, doNotPerform) => ({ resourceType: "MedicationRequest", id, subject: reference, status: "active", intent: "order",
  doNotPerform, medicationCodeableConcept: { text }, authoredOn: "2026-11-28" });
const resources = [patient,
  condition("c1", "diabetes", "confirmed"), condition("c2", "melanoma", "refuted"),
  allergy("a1", "penicillin", "confirmed"), allergy("a2", "latex", "refuted"), allergy("a3", "peanut", "entered-in-error"),
  request("m1", "metformin", false), request("m2", "aspirin", true)];
const bundle = { resourceType: "Bundle", type: "collection",
  entry: resources.map(r => ({ fullUrl: `http://fhir.example.org/${r.resourceType}/${r.id}`, resource: r })) };

(async () => {
  const builder = new ComprehensiveIPSCompositionBuilder().setPatient(patient);
  await builder.readBundleAsync(bundle, "UTC");
  const summary = await builder.buildBundleAsync("org", "Example", "http://fhir.example.org/", "UTC");
  const wanted = ["diabetes", "melanoma", "penicillin", "latex", "peanut", "metformin", "aspirin"];
  const doubt = /refuted|error|not |ruled/i;
  for (const section of summary.entry[0].resource.section.filter(s => /problem|allerg|medication/i.test(s.title))) {
    const text = section.text.div.replace(/<[^>]+>/g, " ").toLowerCase();
    const rows = section.text.div.split(/<tr/i).filter(row => wanted.some(w => row.toLowerCase().includes(w)));
    process.stdout.write(`${section.title}: shows ${wanted.filter(w => text.includes(w)).join(", ")}; `
      + `rows that say they are negated: ${rows.filter(row => doubt.test(row.replace(/<[^>]+>/g, " "))).length}\n`);
  }
})();
JS
cat >seen.txt <<'TXT'
Problem List: shows diabetes, melanoma; rows that say they are negated: 0
Allergies and Intolerances: shows penicillin, latex, peanut; rows that say they are negated: 0
Medication Summary: shows metformin, aspirin; rows that say they are negated: 0
TXT
node seen.js >now.txt
cat now.txt
diff seen.txt now.txt >/dev/null || { echo "CHANGED since 2026-11-28:"; diff seen.txt now.txt; exit 1; }
