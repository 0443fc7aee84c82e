import { randomBytes } from 'node:crypto';

/** 256 random bits: SMART asks for 122 at least in `state`, and RFC 7636 for as many as this in a code verifier. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}
