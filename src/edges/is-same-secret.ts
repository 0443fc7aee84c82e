import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares secrets in a time that says nothing of where they differ. */
export function isSameSecret(given: string | undefined, secret: string): boolean {
  return given !== undefined && timingSafeEqual(digest(given), digest(secret));
}

/** Of one length, as the comparison needs. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
