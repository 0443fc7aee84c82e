import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { downloadFile } from '../edges/model-files/download-file.ts';
import { EcgError } from '../errors.ts';
import type { Io } from './console-io.ts';

interface Published {
  readonly url: string;
  /** Where nobody has published one, `--sha256` has to give it or the download is taken as it comes, with a warning. */
  readonly sha256?: string;
}

const AUTHORS = 'https://huggingface.co/PKUDigitalHealth/ECGFounder/resolve/main';

/** Checkpoints by the name they are installed under. The checksum is as pinned by a third party. */
const PUBLISHED: Readonly<Record<string, Published>> = {
  'ecgfounder-12-lead': {
    url: `${AUTHORS}/12_lead_ECGFounder.pth`,
    sha256: 'ee199f3781f4ae1f732973267f003da0a759ea12bddb0dd28a77faa60aca7997',
  },
  'ecgfounder-1-lead': { url: `${AUTHORS}/1_lead_ECGFounder.pth` },
};

const MAX_BYTES = 2 * 2 ** 30;
const IDLE_TIMEOUT_MS = 60_000;

/**
 * `cardhook model pull NAME [--url URL] [--sha256 HEX] …`: downloads a checkpoint, checks it, and imports it with the
 * remaining options of `model import`.
 * @param runImport the import command.
 * @throws EcgError MODEL_UNAVAILABLE, CHECKPOINT_INVALID, CONFIG_INVALID.
 */
export async function runModelPull(
  args: readonly string[],
  io: Io,
  runImport: (args: readonly string[], io: Io) => Promise<number>,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      url: { type: 'string' },
      sha256: { type: 'string' },
      models: { type: 'string' },
      force: { type: 'boolean', default: false },
    },
  });
  const [name, ...others] = positionals;
  const published = PUBLISHED[name ?? ''];
  const url = values.url ?? published?.url;
  if (name === undefined || others.length > 0 || url === undefined) {
    io.stderr(`cardhook model pull: give one NAME of ${Object.keys(PUBLISHED).join(', ')}, or any with --url URL`);
    return 2;
  }
  const expected = (values.sha256 ?? (values.url === undefined ? published?.sha256 : undefined))?.toLowerCase();
  const directory = await mkdtemp(join(tmpdir(), 'cardhook-pull-'));
  try {
    const file = join(directory, fileNameOf(url));
    await download(url, file, { expected, io });
    const passedOn = [...(values.models ? ['--models', values.models] : []), ...(values.force ? ['--force'] : [])];
    return await runImport([file, '--name', name, ...passedOn], io);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function fileNameOf(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new EcgError('CONFIG_INVALID', '--url is a web address (https://…)');
  }
  return basename(new URL(url).pathname) || 'checkpoint';
}

async function download(
  url: string,
  file: string,
  { expected, io }: { readonly expected: string | undefined; readonly io: Io },
): Promise<void> {
  let shown = -1;
  const sha256 = await downloadFile(url, file, {
    maxBytes: MAX_BYTES,
    idleTimeoutMs: IDLE_TIMEOUT_MS,
    onProgress: (bytes, total) => {
      const tenth = total === undefined ? Math.floor(bytes / 2 ** 26) : Math.floor((10 * bytes) / total);
      if (tenth === shown) return;
      shown = tenth;
      const share = total === undefined ? '' : ` of ${Math.ceil(total / 2 ** 20)}`;
      io.stderr(`cardhook model pull: ${Math.round(bytes / 2 ** 20)}${share} MiB`);
    },
  });
  if (expected === undefined) {
    io.stderr(`cardhook model pull: no checksum is known for this file; its SHA-256 is ${sha256}`);
  } else if (sha256 !== expected) {
    throw new EcgError(
      'CHECKPOINT_INVALID',
      `the download has SHA-256 ${sha256}, not ${expected}; nothing was installed`,
    );
  }
}
