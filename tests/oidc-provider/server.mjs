// npm's oidc-provider as the authorization server of a FHIR server, on loopback.
//   node server.mjs PORT [until-input-ends]
// POST /clients {"client_id", "jwks_uri", "alg"} registers a client by SMART Backend Services: it proves itself by private_key_jwt, with keys
// that are fetched from its jwks_uri. /NAME/.well-known/smart-configuration says where the token endpoint is, as a FHIR server does.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const types = ['DocumentReference', 'Composition', 'MedicationStatement', 'Provenance', 'Binary', 'Device', 'Patient', 'Encounter',
  'Appointment', 'Practitioner', 'Organization'];
const scope = types.flatMap((type) => ['crus', 'crs', 'rs'].map((what) => `system/${type}.${what}`)).join(' ');
const clients = new Map();
const kept = new Map();

class Memory {
  constructor(model) { this.model = model; }
  key(id) { return `${this.model}:${id}`; }
  async find(id) { return this.model === 'Client' ? clients.get(id) : kept.get(this.key(id)); }
  async upsert(id, payload) { kept.set(this.key(id), payload); }
  async consume(id) { kept.get(this.key(id)).consumed = true; }
  async destroy(id) { kept.delete(this.key(id)); }
}

const server = createServer();
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  const base = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(base, {
    adapter: Memory,
    clientAuthMethods: ['private_key_jwt'],
    enabledJWA: { clientAuthSigningAlgValues: ['RS384', 'ES384'] },
    scopes: scope.split(' '),
    // It fetches no keys from loopback by itself, where the gateway of a test is.
    fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => 'urn:tests:fhir',
        getResourceServerInfo: () => ({ scope, accessTokenFormat: 'jwt', accessTokenTTL: 300 }),
      },
    },
  });
  const answer = provider.callback();
  server.on('request', async (request, response) => {
    const say = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url === '/clients') {
      const { client_id, jwks_uri, alg } = JSON.parse(Buffer.concat(await request.toArray()).toString());
      clients.set(client_id, {
        client_id, jwks_uri, scope, grant_types: ['client_credentials'], redirect_uris: [], response_types: [],
        token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: alg,
      });
      say(201, {});
    } else if (request.url.endsWith('/.well-known/smart-configuration')) {
      say(200, {
        token_endpoint: `${base}/token`, token_endpoint_auth_methods_supported: ['private_key_jwt'],
        token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'], scopes_supported: scope.split(' '),
        grant_types_supported: ['client_credentials'], capabilities: ['client-confidential-asymmetric', 'permission-v2'],
      });
    } else answer(request, response);
  });
  console.log(`READY ${base}`);
});

if (process.argv[3] === 'until-input-ends') process.stdin.resume().on('end', () => process.exit());
