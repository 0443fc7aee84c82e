import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import express, { type Router } from 'express';
import { withoutTypes } from '../without-types.ts';

const SRC = join(import.meta.dirname, '..', '..');
/** Browser code of its own, and the modules it shares with the server; under `src/`. */
const FOLDER = 'edges/demo/sandbox';
const SHARED_MODULES = ['cds/ecg-time.ts', 'ecg/recording-time.ts'];

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.ts', 'text/javascript; charset=utf-8'],
]);

const HEADERS = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

interface Page {
  readonly type: string;
  readonly body: string;
}

/**
 * The sandbox EHR: its page at `/`, scripts and styles under `/sandbox/` at the paths they have under `src/`.
 * Everything is read once, now; no request touches the disk. TypeScript is served without its types.
 */
export async function sandboxPages(): Promise<Router> {
  const own = (await readdir(join(SRC, FOLDER))).map((name) => `${FOLDER}/${name}`);
  const pages = new Map<string, Page>();
  for (const path of [...own, ...SHARED_MODULES]) {
    const type = TYPES.get(path.slice(path.lastIndexOf('.')));
    if (type === undefined) continue;
    const source = await readFile(join(SRC, path), 'utf8');
    const url = path === `${FOLDER}/index.html` ? '/' : `/sandbox/${path}`;
    pages.set(url, { type, body: path.endsWith('.ts') ? withoutTypes(source) : source });
  }
  return express.Router().use((request, response, next) => {
    const page = request.method === 'GET' ? pages.get(request.path) : undefined;
    if (page === undefined) return next();
    return response.set(HEADERS).type(page.type).send(page.body);
  });
}
