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

/** What pages load, read once. TypeScript is served without its types. */
export async function pageFiles(): Promise<Router> {
  const [css, script] = await Promise.all(
    ['viewer.css', 'viewer.ts'].map((name) => readFile(join(BROWSER, name), 'utf8')),
  );
  const code = withoutTypes(script ?? '');
  return express
    .Router()
    .get('/viewer.css', (_request, response) => void response.type('text/css').send(css))
    .get('/viewer.ts', (_request, response) => void response.type('text/javascript').send(code));
}
