import express, { type Router } from 'express';
import type { SigningKey } from './signing-keys.ts';

/** How long an EHR may keep the keys: publish a new key for longer than that before signing with it. */
const MAX_AGE_S = 3_600;

/** The public keys at `/.well-known/jwks.json`, where EHRs look them up (SMART App Launch 2, "Asymmetric authentication"). */
export function jwksRoute(keys: readonly SigningKey[]): Router {
  return express.Router().get('/.well-known/jwks.json', (_request, response) => {
    response
      .set('Cache-Control', `public, max-age=${MAX_AGE_S}`)
      .json({ keys: keys.map(({ publicJwk }) => publicJwk) });
  });
}
