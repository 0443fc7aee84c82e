import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import express, { type Router } from 'express';
import { withoutTypes } from '../../without-types.ts';

/** Scripts and styles of our own only, and nothing in the page itself; forms go back where they came from. */
export const PAGE_HEADERS = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'Content-Type': 'text/html; charset=utf-8',
};

const BROWSER = join(import.meta.dirname, '..', 'browser');

/** What pages load, of one version of Cardhook. */
export interface PageFiles {
  /** Changes with any of them. */
  readonly version: string;
  /** `/VERSION/NAME` */
  readonly router: Router;
}

/**
 * Read once; TypeScript is served without its types. Browsers keep files under the address of their version, so that the
 * next launch asks for none. An address of another version, as while replicas are renewed, has what there is, unkept.
 */
export async function pageFiles(): Promise<PageFiles> {
  const names = (await readdir(BROWSER)).filter((name) => /\.(css|ts)$/.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(BROWSER, name), 'utf8')));
  const version = createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 16);
  const router = express.Router();
  for (const [index, name] of names.entries()) {
    const text = texts[index] ?? '';
    const [type, body] = name.endsWith('.css') ? ['text/css', text] : ['text/javascript', withoutTypes(text)];
    router.get(`/:version/${name}`, (request, response) => {
      const kept = request.params.version === version ? 'public, max-age=31536000, immutable' : 'no-cache';
      response.type(type).set('Cache-Control', kept).send(body);
    });
  }
  return { version, router };
}
