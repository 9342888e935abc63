#!/usr/bin/env bash
# Of:     @ahryman40k/ts-fhir-types 4.0.39 (npm), Node 20.
# Seen 2026-11-28, on that version.
# Says the specification: R4 datatypes.html#Quantity: comparator is a code, one of <, <=, >=, >; it is how "below the detection limit"
#         and "at most" are said.
# Does:   the package's run-time types refuse every Quantity that has a comparator, whichever of the four it is. The same
#         Quantity without comparator passes.
# Why it matters here: receivers that check with this library (some 60,000 downloads) turn down "D-dimer < 0.27 mg/L" or a dose of
#         "<= 2 tablets", and the tempting repair, leaving the comparator out, turns "below 5" into 5.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm install --no-audit --no-fund --silent @ahryman40k/ts-fhir-types@4.0.39
cat >seen.js <<'JS'
const { R4 } = require("@ahryman40k/ts-fhir-types");
for (const comparator of [undefined, "<", "<=", ">=", ">"]) {
  const valueQuantity = { value: 0.27, ...(comparator && { comparator }), unit: "mg/L" };
  const read = R4.RTTI_Observation.decode({ resourceType: "Observation", status: "final", code: { text: "D-dimer" }, valueQuantity });
  const paths = read._tag === "Left" ? read.left.map(e => e.context.map(c => c.key).filter(k => /[a-z]/i.test(k)).join(".")) : [];
  const where = [...new Set(paths)].join(" ");
  console.log(`${comparator ?? "none"} ${read._tag === "Right" ? "accepted" : "refused"} ${where}`.trim());
}
JS
cat >seen.txt <<'TXT'
none accepted
< refused valueQuantity.comparator
<= refused valueQuantity.comparator
>= refused valueQuantity.comparator
> refused valueQuantity.comparator
TXT
node seen.js >now.txt
cat now.txt
diff seen.txt now.txt >/dev/null || { echo "CHANGED since 2026-11-28:"; diff seen.txt now.txt; exit 1; }
