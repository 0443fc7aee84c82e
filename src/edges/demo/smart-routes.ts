import express, { type Router } from 'express';
import { z } from 'zod';
import type { SigningKey } from '../smart/signing-keys.ts';
import { SMART_APP_PATH } from '../smart-app/smart-app-deps.ts';
import { createSandboxAuthorization, type SandboxAuthorization, smartConfiguration } from './sandbox-authorization.ts';

export interface SandboxSmart {
  /** Of the service. */
  readonly address: string;
  readonly fhirServer: string;
  readonly fhirPath: string;
  readonly clientId: string;
  /** What the app may ask for. */
  readonly scopes: readonly string[];
  readonly keys: readonly SigningKey[];
}

/** Who uses the sandbox. */
export const DEMO_USER = 'Practitioner/demo';

const OAUTH_PATH = '/demo/oauth';

const launchSchema = z.object({
  patient: z.string().regex(/^[A-Za-z0-9.-]{1,64}$/),
  ecg: z
    .string()
    .regex(/^[A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/)
    .optional(),
  appContext: z.string().max(4_000).optional(),
});

/**
 * What makes the sandbox an EHR that launches SMART apps: its smart-configuration, its OAuth server, and
 * `GET /demo/launch?patient=…&ecg=…&appContext=…` and `GET /demo/worklist`, which lead to the app. The OAuth server is
 * made when it is first used.
 */
export function smartRoutes({ address, fhirServer, fhirPath, clientId, scopes, keys }: SandboxSmart): Router {
  const issuer = `${address}${OAUTH_PATH}`;
  let made: Promise<SandboxAuthorization> | undefined;
  const authorization = () => {
    made ??= createSandboxAuthorization({
      ...{ issuer, fhirServer, user: DEMO_USER },
      client: {
        clientId,
        redirectUrl: `${address}${SMART_APP_PATH}/callback`,
        jwks: { keys: keys.map(({ publicJwk }) => publicJwk) },
      },
      scopes: ['launch', 'launch/patient', ...scopes],
    });
    return made;
  };
  const router = express.Router();
  router.get(`${fhirPath}/.well-known/smart-configuration`, (_request, response) => {
    response.json(smartConfiguration(issuer));
  });
  router.get('/demo/launch', async (request, response) => {
    const asked = launchSchema.safeParse(request.query).data;
    if (asked === undefined) return response.sendStatus(400);
    const { patient, ecg, appContext } = asked;
    const launch = (await authorization()).launch({
      patient,
      ...(ecg === undefined ? {} : { fhirContext: [{ reference: ecg }] }),
      ...(appContext === undefined ? {} : { appContext }),
    });
    return response.redirect(
      303,
      `${address}${SMART_APP_PATH}/launch?${new URLSearchParams({ iss: fhirServer, launch })}`,
    );
  });
  router.get('/demo/worklist', (_request, response) => {
    response.redirect(303, `${address}${SMART_APP_PATH}/worklist?${new URLSearchParams({ iss: fhirServer })}`);
  });
  router.use(OAUTH_PATH, async (request, response, next) => (await authorization()).router(request, response, next));
  return router;
}
