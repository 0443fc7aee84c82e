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

/** What pages load, read once. TypeScript is served without its types. Browsers ask each time whether it has changed. */
export async function pageFiles(): Promise<Router> {
  const names = (await readdir(BROWSER)).filter((name) => /\.(css|ts)$/.test(name));
  const router = express.Router();
  for (const name of names) {
    const text = await readFile(join(BROWSER, name), 'utf8');
    const [type, body] = name.endsWith('.css') ? ['text/css', text] : ['text/javascript', withoutTypes(text)];
    router.get(`/${name}`, (_request, response) => {
      response.type(type).set('Cache-Control', 'no-cache').send(body);
    });
  }
  return router;
}
