import express from 'express';
import { openFhirServers } from '../../src/cli/open-fhir-servers.ts';
import { parseConfig } from '../../src/config.ts';
import { jwksRoute } from '../../src/edges/smart/jwks-route.ts';
import { newSigningKey, parseSigningKeys } from '../../src/edges/smart/signing-keys.ts';
import { createTelemetry } from '../../src/edges/telemetry/telemetry.ts';
import { startAuthorizationServer } from '../conformance/authorization-server.ts';
import { listen } from '../edges/fhir-server/loopback.ts';

describe('the FHIR server of a tenant', () => {
  it('gets a token of its own for unattended work, another once that is refused, and the token of a caller for a call', async () => {
    const keys = await parseSigningKeys(await newSigningKey('ES384'));
    const published = await listen(express().use(jwksRoute(keys)));
    const jwksUrl = `${published.origin}/.well-known/jwks.json`;
    const oauth = await startAuthorizationServer([{ clientId: 'cardhook', jwksUrl, algorithm: 'ES384' }]);
    const refused = new Set<string>();
    const fhir = await listen((request, response) => {
      const { authorization = '' } = request.headers;
      if (refused.has(authorization)) return response.writeHead(401).end();
      return response.end(JSON.stringify({ resourceType: 'Patient', id: 'p1' }));
    });
    const backendServices = { clientId: 'cardhook', tokenUrl: `${oauth.origin}/token`, scope: 'system/Observation.rs' };
    const config = parseConfig({
      tenants: [{ name: 'a', fhirServer: `${fhir.origin}/fhir`, authentication: 'none', backendServices }],
    });
    const servers = openFhirServers(config, { keys, telemetry: createTelemetry() });
    const [tenant] = config.tenants;
    if (!tenant) throw new Error('no tenant');
    const sent = () => fhir.requests.map(({ headers }) => headers.authorization);

    const own = servers.forCardhook(tenant);
    await own.read('Patient', 'p1');
    await servers.forCardhook(tenant).read('Patient', 'p1');
    const [first = ''] = sent();
    expect(sent()).toEqual([expect.stringMatching(/^Bearer [\w-]{20,}$/), first]);
    refused.add(first);
    await own.read('Patient', 'p1');
    expect(sent().slice(2)).toEqual([first, expect.not.stringContaining(first)]);
    await servers.forCaller(tenant, 'of-the-caller').read('Patient', 'p1');
    expect(sent().at(-1)).toBe('Bearer of-the-caller');
    expect(oauth.assertions).toHaveLength(2);
    await Promise.all([published, oauth, fhir].map((server) => server.close()));
  });
});
