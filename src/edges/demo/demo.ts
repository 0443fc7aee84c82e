import { randomBytes } from 'node:crypto';
import type { Express } from 'express';
import { type Config, parseConfig } from '../../config.ts';
import { smartAppSchema } from '../../smart-app-config.ts';
import { newSigningKey, parseSigningKeys, type SigningKey } from '../smart/signing-keys.ts';
import { SMART_APP_PATH } from '../smart-app/smart-app-deps.ts';
import { DEMO_PATIENTS, demoResources } from './demo-patients.ts';
import { createEmbeddedFhirServer } from './embedded-fhir-server.ts';
import { newEcgRoute } from './new-ecg.ts';
import { sandboxPages } from './sandbox-pages.ts';
import { DEMO_USER, smartRoutes } from './smart-routes.ts';
import { tracingRoute } from './tracing-route.ts';

/** A laptop that is busy starting must not hide the first card; in production the default of 500 ms holds. */
const DEMO_BUDGET_MS = 5_000;

/** Where the demo's FHIR server is, under Cardhook's own address. */
const FHIR_PATH = '/demo/fhir';

/** The settings of `npm start` with the best models at hand; the tenant is added when the address is known. */
export function demoConfig(models: Pick<Config['models'], 'twelveLead' | 'singleLead'>): Config {
  return parseConfig({ models, inference: { executionProvider: 'cpu' } });
}

export interface Demo {
  readonly address: string;
  readonly fhirServer: string;
  readonly config: Config;
  /** Made for this process. */
  readonly keys: readonly SigningKey[];
  /** Signs the links of cards, for this process. */
  readonly appContextKey: string;
}

const SMART_CLIENT = 'cardhook-viewer';

/**
 * Mounts on `app` an R4 FHIR server with simulated patients, which becomes the one tenant, and a sandbox EHR to try
 * the service from a browser, which launches Cardhook's SMART app.
 */
export async function mountDemo(app: Express, address: string, config: Config): Promise<Demo> {
  const fhirServer = `${address}${FHIR_PATH}`;
  const embedded = await createEmbeddedFhirServer();
  await embedded.load(demoResources(new Date()));
  app.use(await sandboxPages(), newEcgRoute(embedded), tracingRoute(embedded));
  const keys = await parseSigningKeys(await newSigningKey('ES384'));
  const smartApp = smartAppSchema.parse({ clientId: SMART_CLIENT });
  const { clientId, scope, worklistScope } = smartApp;
  const scopes = [...new Set(`${scope} ${worklistScope}`.split(' '))];
  app.use(smartRoutes({ address, fhirServer, fhirPath: FHIR_PATH, clientId, scopes, keys }));
  app.use(FHIR_PATH, embedded.router);
  const launchUrl = `${address}${SMART_APP_PATH}/launch`;
  app.get('/demo/settings', (_request, response) => void response.json({ fhirServer, launchUrl }));
  return {
    address,
    fhirServer,
    keys,
    appContextKey: randomBytes(32).toString('base64url'),
    config: parseConfig({
      ...config,
      publicUrl: address,
      tenants: [
        {
          name: 'demo',
          fhirServer,
          allowHttp: true,
          authentication: 'none',
          hookBudgetMs: DEMO_BUDGET_MS,
          smartApp,
          tracingApp: { launchUrl },
          writeBack: { trigger: 'subscription', secret: randomBytes(24).toString('base64url') },
        },
      ],
    }),
  };
}

/** The overview `npm start` prints: addresses, patients, and a line to paste per hook and per form of ECG. */
export function demoOverview({ address, fhirServer }: Demo, models: readonly string[]): string {
  const post = (path: string, body: unknown) =>
    `  curl -s '${address}${path}' -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`;
  const lines = [
    `Cardhook is ready. Open ${address} in a browser for a sandbox EHR.`,
    ...models.map((model) => `  model  ${model}`),
    `  FHIR   ${fhirServer} (simulated patients, in memory)`,
    '',
    'Services:',
    `  curl -s ${address}/cds-services`,
  ];
  for (const { id, story } of onePerForm()) {
    lines.push('', `Patient ${id}: ${story}`);
    for (const [hook, context] of Object.entries(hookContexts(id))) {
      lines.push(
        post(`/cds-services/ecg-${hook}`, {
          hook,
          hookInstance: crypto.randomUUID(),
          fhirServer,
          context: { userId: DEMO_USER, patientId: id, ...context },
        }),
      );
    }
  }
  const [{ id } = { id: '' }] = DEMO_PATIENTS;
  const parameter = [
    { name: 'fhirServer', valueUri: fhirServer },
    { name: 'ecg', valueReference: { reference: `Observation/${id}-ecg` } },
  ];
  lines.push(
    '',
    'Write a preliminary DiagnosticReport back (twice, and it still exists once), then look at it:',
    post('/fhir/$interpret', { resourceType: 'Parameters', parameter }),
    `  curl -s '${fhirServer}/DiagnosticReport?patient=${id}'`,
    '',
    'Stop with Ctrl-C.',
  );
  return lines.join('\n');
}

/** The first patient for each form an ECG comes in. */
function onePerForm() {
  return DEMO_PATIENTS.filter(
    ({ format }, index) => DEMO_PATIENTS.findIndex((each) => each.format === format) === index,
  );
}

/** What each hook's context holds besides user and patient. */
function hookContexts(patientId: string) {
  const draft = {
    resourceType: 'MedicationRequest',
    id: 'draft-1',
    status: 'draft',
    intent: 'order',
    medicationCodeableConcept: {
      coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '9947', display: 'sotalol' }],
    },
    subject: { reference: `Patient/${patientId}` },
  };
  return {
    'patient-view': {},
    'order-sign': {
      draftOrders: { resourceType: 'Bundle', type: 'collection', entry: [{ resource: draft }] },
    },
  };
}
