import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import express, { type Response, type Router } from 'express';
import { EcgError } from '../../errors.ts';
import type { Manifest, ModelPages } from '../../model/manifest.ts';
import { intendedUsePage, type ModelCard, modelIndex, modelPage } from './model-page.ts';

export interface ModelPagesOptions {
  /** Of the models: `NAME/model-card.md` in it is the card of one. */
  readonly directory: string;
  /** As they are loaded, and as sites have calibrated them. */
  readonly manifests: readonly Manifest[];
  /** Path before these pages as browsers see it, without a trailing slash. */
  readonly root: string;
}

const DOCS = join(import.meta.dirname, '..', '..', '..', 'docs');
/** Text and style of our own; nothing runs, nothing is sent, nobody frames it. */
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
};

/**
 * Pages on the models and on what they are for, for whoever follows the link of a card: `/models/NAME`, `/models` and
 * `/intended-use`. They need no login and hold nothing of patients.
 */
export async function createModelPages({ directory, manifests, root }: ModelPagesOptions): Promise<Router> {
  const cards = await Promise.all(manifests.map((manifest) => withCard(manifest, directory)));
  const intendedUse = intendedUsePage(await readFile(join(DOCS, 'intended-use.md'), 'utf8'), root);
  const style = await readFile(join(import.meta.dirname, 'page.css'), 'utf8');
  const plain = manifests.filter(({ calibration }) => calibration === undefined);
  const router = express.Router();
  router.get('/intended-use', (_request, response) => send(response, intendedUse));
  router.get('/models', (_request, response) => send(response, modelIndex(plain, root)));
  router.get('/models/page.css', (_request, response) => {
    response.set(HEADERS).type('text/css').send(style);
  });
  router.get('/models/:name', (request, response, next) => {
    const { calibration } = request.query;
    const found = cards.find(
      ({ manifest }) => manifest.name === request.params.name && manifest.calibration?.version === calibration,
    );
    if (found === undefined) next();
    else send(response, modelPage(found, root));
  });
  return router;
}

/** Where the pages of a model are for others; nowhere without a public address. */
export function modelPagesOf(name: string, publicUrl: string | undefined): ModelPages | undefined {
  const intendedUse = intendedUseUrl(publicUrl);
  return intendedUse === undefined ? undefined : { model: `${publicUrl}/models/${name}`, intendedUse };
}

export function intendedUseUrl(publicUrl: string | undefined): string | undefined {
  return publicUrl === undefined ? undefined : `${publicUrl}/intended-use`;
}

function send(response: Response, page: string): void {
  response.set(HEADERS).type('html').send(page);
}

/** Its own card, or, for the weights of the authors, the one that came with Cardhook. */
async function withCard(manifest: Manifest, directory: string): Promise<ModelCard> {
  const own = await readIfThere(join(directory, manifest.name, 'model-card.md'));
  if (own !== undefined || manifest.trust !== 'official') return { manifest, card: own };
  const leads = manifest.input.leads.length === 1 ? '1' : '12';
  return { manifest, card: await readIfThere(join(DOCS, 'model-cards', `ecgfounder-${leads}-lead.md`)) };
}

async function readIfThere(path: string): Promise<string | undefined> {
  return await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new EcgError('CONFIG_INVALID', `${path} cannot be read (${cause.code})`, { cause });
  });
}
