import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/**
 * Which room may import which (docs/architecture.md): ECGs flow one way, from bytes to cards.
 * A room is a folder of `src/`, `cds-hooks`, or a file directly in `src/`, which stands under its own name.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'errors.ts': [],
  'random.ts': [],
  'pipeline-version.ts': [],
  'web-address.ts': [],
  'wilson-interval.ts': [],
  'cds-client-config.ts': [],
  'backend-services-config.ts': [],
  'smart-app-config.ts': [],
  'config.ts': [
    'backend-services-config.ts',
    'cds-client-config.ts',
    'smart-app-config.ts',
    'web-address.ts',
    'errors.ts',
  ],
  ecg: ['errors.ts'],
  formats: ['ecg', 'errors.ts'],
  terminology: ['errors.ts'],
  model: ['ecg', 'errors.ts', 'random.ts'],
  signal: ['ecg', 'model', 'errors.ts'],
  measurement: ['ecg', 'signal', 'errors.ts'],
  findings: ['ecg', 'model', 'terminology', 'errors.ts'],
  serial: ['ecg', 'findings', 'measurement', 'model', 'quality', 'terminology', 'errors.ts'],
  quality: ['ecg', 'findings', 'measurement', 'terminology', 'errors.ts'],
  audit: ['errors.ts'],
  simulator: ['ecg', 'random.ts', 'errors.ts'],
  fhir: ['ecg', 'findings', 'measurement', 'model', 'serial', 'terminology', 'errors.ts'],
  'interpret-ecg.ts': ['ecg', 'signal', 'measurement', 'model', 'findings', 'quality', 'serial', 'errors.ts'],
  tracing: ['ecg', 'signal', 'measurement', 'model', 'findings', 'serial', 'interpret-ecg.ts', 'errors.ts'],
  'reading-cache.ts': ['interpret-ecg.ts'],
  'explain-ecg.ts': ['ecg', 'model', 'interpret-ecg.ts'],
  evaluation: ['findings', 'model', 'terminology', 'errors.ts', 'random.ts'],
  calibration: [
    'cds',
    'ecg',
    'evaluation',
    'fhir',
    'formats',
    'model',
    'over-read',
    'terminology',
    'tracing',
    'random.ts',
    'wilson-interval.ts',
    'errors.ts',
  ],
  shadow: ['evaluation', 'model', 'interpret-ecg.ts', 'errors.ts'],
  cds: [
    'ecg',
    'findings',
    'fhir',
    'formats',
    'measurement',
    'model',
    'serial',
    'interpret-ecg.ts',
    'reading-cache.ts',
    'wilson-interval.ts',
    'errors.ts',
  ],
  'write-back': [
    'cds',
    'ecg',
    'fhir',
    'findings',
    'formats',
    'model',
    'interpret-ecg.ts',
    'reading-cache.ts',
    'pipeline-version.ts',
    'config.ts',
    'errors.ts',
  ],
  'over-read': [
    'cds',
    'ecg',
    'findings',
    'fhir',
    'formats',
    'model',
    'terminology',
    'write-back',
    'interpret-ecg.ts',
    'reading-cache.ts',
    'pipeline-version.ts',
    'config.ts',
    'errors.ts',
  ],
  arrivals: ['fhir', 'errors.ts'],
  'cds-hooks': ['cds', 'fhir', 'findings'],
};

/** The rim: network, disk, clock and processes live only here, and nothing inside imports it. */
const RIM = ['edges', 'cli', 'main.ts'];
const RIM_PACKAGES = ['express', 'cors', 'pino', 'onnxruntime-node', 'fhir-kit-client', 'jose', 'pdfkit', 'pg-boss'];
const RIM_MODULES = /^node:(fs|net|http|https|worker_threads|child_process|process|os|dns)\b/;

describe('the architecture', () => {
  const files = ['src', 'cds-hooks'].flatMap((folder) => sourcesIn(join(ROOT, folder)));

  const inside = files.filter((file) => !RIM.includes(roomOf(file)));

  it('lets every room import only what stands before it in the flow', () => {
    const breaches = inside.flatMap((file) =>
      importsOf(file)
        .filter((path) => path.startsWith('.'))
        .map((path) => roomOf(relative(ROOT, join(ROOT, dirname(file), path))))
        .filter((room) => room !== roomOf(file) && room !== 'mappings' && !MAY_IMPORT[roomOf(file)]?.includes(room))
        .map((room) => `${file} imports ${room}`),
    );
    expect(breaches).toEqual([]);
  });

  it('keeps network, disk, clock, chance and processes at the rim', () => {
    const effects = /\bprocess\.(env|argv|exit|stdout)|\bDate\.now\(\)|new Date\(\)|Math\.random\(/;
    const breaches = inside.filter(
      (file) =>
        importsOf(file).some((path) => RIM_MODULES.test(path) || RIM_PACKAGES.includes(path)) ||
        effects.test(sourceOf(file)),
    );
    expect(breaches).toEqual([]);
  });

  it('has no any, no ignored check and no file over 300 lines', () => {
    const escapes = /: any\b|\bas any\b|<any>|@ts-ignore|@ts-expect-error|biome-ignore/;
    expect(files.filter((file) => escapes.test(sourceOf(file)) || sourceOf(file).split('\n').length > 301)).toEqual([]);
  });
});

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => relative(ROOT, join(folder, name)));
}

function importsOf(file: string): string[] {
  return [...sourceOf(file).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, path]) => path ?? '');
}

function sourceOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

function roomOf(file: string): string {
  const [top, second] = file.split('/');
  return top === 'src' ? (second ?? '') : (top ?? '');
}
