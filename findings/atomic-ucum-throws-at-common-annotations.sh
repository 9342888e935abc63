#!/usr/bin/env bash
# Of:     @atomic-ehr/ucum 0.2.5 (npm), Node 20.
# Seen 2026-11-28, on that version.
# Says the specification: UCUM, "curly braces": an annotation may hold any printable ASCII character but braces, and does not change the
#         unit. {1.73_m2} (filtration rates) and {#} (counts) are in UCUM's own list of common units.
# Does:   validate throws at an annotation with "#", or with an underscore after a digit, and convert calls the unit invalid.
#         {a_b}, {24.h} and {1.73-m2} pass.
# Why it matters here: mL/min/{1.73_m2} is the unit of every eGFR, {#}/uL of many counts. A gateway that checks units with it drops
#         the commonest kidney value there is; validate throws although it promises an answer with errors.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm install --no-audit --no-fund --silent @atomic-ehr/ucum@0.2.5
cat >seen.mjs <<'JS'
import { ucum } from "@atomic-ehr/ucum";
const said = ask => { try { return JSON.stringify(ask()); } catch (e) { return `throws ${e.message}`; } };
for (const unit of ["mL/min/{1.73_m2}", "{#}/uL", "mL/min/{1.73-m2}", "10*3/uL{auto_diff}", "mg/{24.h}"]) {
  console.log(unit, said(() => ucum.validate(unit).valid));
}
console.log("convert", said(() => ucum.convert(90, "mL/min/{1.73_m2}", "mL/min")));
JS
cat >seen.txt <<'TXT'
mL/min/{1.73_m2} throws Unexpected character '_' at position 12
{#}/uL throws Unexpected character '#' at position 1
mL/min/{1.73-m2} true
10*3/uL{auto_diff} true
mg/{24.h} true
convert throws Invalid source unit: mL/min/{1.73_m2}
TXT
node seen.mjs >now.txt
cat now.txt
diff seen.txt now.txt >/dev/null || { echo "CHANGED since 2026-11-28:"; diff seen.txt now.txt; exit 1; }
