# shellcheck shell=bash
# Sourced by the scripts about HAPI FHIR: sets $base to a HAPI FHIR 8.8.0 R4 server, or ends the script.
#   FHIRGATEWAY_TEST_HAPI=http://127.0.0.1:8080/fhir   uses a server that runs already (identifiers are new each time), or
#   FHIRGATEWAY_HAPI=…/shared/hapi                     starts one of its own from that folder (its run-server.sh) and stops it.
# With neither the script exits 77: not run. $work is a temporary folder, removed at the end.
work=$(mktemp -d)
server=
tidy() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap tidy EXIT

if [ -n "${FHIRGATEWAY_TEST_HAPI:-}" ]; then
  base=${FHIRGATEWAY_TEST_HAPI%/}
elif [ -n "${FHIRGATEWAY_HAPI:-}" ]; then
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  base=http://127.0.0.1:$port/fhir
  : >"$work/server.log"
  HAPI_PORT=$port "$FHIRGATEWAY_HAPI/run-server.sh" >"$work/server.log" 2>&1 &
  server=$!
  for _ in $(seq 180); do
    grep -q '^READY' "$work/server.log" && break
    kill -0 "$server" 2>/dev/null || { echo "the HAPI server ended before it was ready:"; tail -5 "$work/server.log"; exit 1; }
    sleep 1
  done
else
  echo "not run: set FHIRGATEWAY_HAPI to the folder that holds HAPI's run-server.sh, or FHIRGATEWAY_TEST_HAPI to a running server"
  exit 77
fi

version=$(curl -fsS -H 'Accept: application/fhir+json' "$base/metadata?_elements=software" | jq -r .software.version)
if [ "$version" != 8.8.0 ]; then echo "CHANGED: the server is HAPI $version, this was seen on 8.8.0"; exit 1; fi

run=$(date +%s)-$$
# Used by the scripts that source this file.
# shellcheck disable=SC2034
system=urn:example:findings:$run

# send METHOD PATH [JSON [HEADER]...]: the answer's body goes to $work/body, the status to stdout.
send() {
  local method=$1 path=$2 body=${3:-} header
  local arguments=(-sS -g -o "$work/body" -w '%{http_code}' -X "$method")
  arguments+=(-H 'Content-Type: application/fhir+json' -H 'Accept: application/fhir+json')
  for header in "${@:4}"; do arguments+=(-H "$header"); done
  if [ -n "$body" ]; then arguments+=(--data-binary "$body"); fi
  curl "${arguments[@]}" "$base${path:+/$path}"
}

# is WHAT EXPECTED ACTUAL: prints what was seen, and ends the script where it is no longer what it was.
is() {
  if [ "$2" = "$3" ]; then
    printf '%s: %s\n' "$1" "$3"
  else
    printf 'CHANGED: %s\n  seen on 2026-11-28: %s\n  now:                %s\n' "$1" "$2" "$3"
    exit 1
  fi
}
