import { readFile } from 'node:fs/promises';
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

/** In `browser/`. */
const FILES = ['viewer.css', 'viewer.ts', 'worklist.css', 'worklist.ts'];

const BROWSER = join(import.meta.dirname, '..', 'browser');

/** What pages load, read once. TypeScript is served without its types. */
export async function pageFiles(): Promise<Router> {
  const router = express.Router();
  for (const name of FILES) {
    const text = await readFile(join(BROWSER, name), 'utf8');
    const isScript = name.endsWith('.ts');
    const body = isScript ? withoutTypes(text) : text;
    router.get(`/${name}`, (_request, response) => {
      response.type(isScript ? 'text/javascript' : 'text/css').send(body);
    });
  }
  return router;
}
