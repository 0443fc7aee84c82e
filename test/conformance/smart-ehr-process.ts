/**
 * A process that is an EHR: a FHIR server with simulated patients, and a real OAuth server in front that launches one app.
 * (Within Jest the OAuth server would not recognise objects of another realm.) Tests steer it under `/control`.
 * @param argv the app: {"redirectUrl": …, "jwks": …}
 */
import { createServer } from 'node:http';
import express from 'express';
import { demoResources } from '../../src/edges/demo/demo-patients.ts';
import { createEmbeddedFhirServer } from '../../src/edges/demo/embedded-fhir-server.ts';
import { createSandboxAuthorization, smartConfiguration } from '../../src/edges/demo/sandbox-authorization.ts';
import { smartAppSchema } from '../../src/smart-app-config.ts';

const app = express();
const server = createServer(app).listen(0, '127.0.0.1', async () => {
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const [issuer, fhirServer] = [`${origin}/oauth`, `${origin}/fhir`];
  const { redirectUrl, jwks } = JSON.parse(process.argv[2] ?? '{}');
  const authorizations: unknown[] = [];
  const tokenRequests: string[] = [];
  const fhirTokens: (string | undefined)[] = [];
  let refused: readonly string[] = [];
  const fhir = await createEmbeddedFhirServer();
  await fhir.load(demoResources(new Date('2026-11-22T12:00:00Z')));
  const { scope, worklistScope } = smartAppSchema.parse({ clientId: 'viewer' });
  const oauth = await createSandboxAuthorization({
    ...{ issuer, fhirServer, user: 'Practitioner/demo' },
    client: { clientId: 'viewer', redirectUrl, jwks },
    scopes: [...new Set(`launch launch/patient ${scope} ${worklistScope}`.split(' '))],
    chosenPatient: 'demo-paced',
    isGranted: (scope) => !refused.includes(scope),
    onAuthorize: (parameters) => authorizations.push(parameters),
  });
  app.get(
    '/fhir/.well-known/smart-configuration',
    (_request, response) => void response.json(smartConfiguration(issuer)),
  );
  app.use('/fhir', (request, _response, next) => {
    fhirTokens.push(request.get('authorization'));
    next();
  });
  app.use('/fhir', fhir.router);
  app.use('/oauth/token', (request, _response, next) => {
    tokenRequests.push(request.originalUrl);
    next();
  });
  app.use('/oauth', oauth.router);
  app.use(express.json());
  app.post('/control/launch', (request, response) => void response.json({ launch: oauth.launch(request.body) }));
  app.post('/control/refuse', (request, response) => {
    refused = request.body;
    response.json({});
  });
  app.get('/control/seen', (_request, response) => void response.json({ authorizations, tokenRequests, fhirTokens }));
  process.send?.({ origin });
});
