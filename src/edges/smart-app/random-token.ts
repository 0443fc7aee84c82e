import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits: SMART asks for 122 at least in `state`, and RFC 7636 for as many as this in a code verifier. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Compares secrets in a time that says nothing of where they differ. */
export function isSameSecret(a: string | undefined, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return a !== undefined && timingSafeEqual(digest(a), digest(b));
}
