import type { Response } from 'express';

export interface CookieScope {
  readonly path: string;
  /** False only for plain http on this machine. */
  readonly secure: boolean;
  readonly maxAgeMs?: number;
}

/** The value of a cookie in the header `Cookie`, as far as it is one of ours: letters, digits, `-` and `_`. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  const pairs = (header ?? '').split(/; */).map((pair) => pair.split('='));
  const [, value = ''] = pairs.find(([key]) => key === name) ?? [];
  return /^[\w-]{1,100}$/.test(value) ? value : undefined;
}

/** Out of reach of scripts, and not sent with what other sites embed or post. */
export function setCookie(response: Response, [name, value]: readonly [string, string], scope: CookieScope): void {
  const { path, secure, maxAgeMs } = scope;
  response.cookie(name, value, {
    ...{ path, secure, httpOnly: true, sameSite: 'lax' },
    ...(maxAgeMs === undefined ? {} : { maxAge: maxAgeMs }),
  });
}

export function clearCookie(response: Response, name: string, { path, secure }: CookieScope): void {
  response.clearCookie(name, { path, secure, httpOnly: true, sameSite: 'lax' });
}
