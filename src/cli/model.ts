import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Lead, leadFromName, STANDARD_LEADS } from '../ecg/lead.ts';
import { withFileSource } from '../edges/model-files/file-source.ts';
import { listModels, type ModelListing, saveModel } from '../edges/model-files/model-store.ts';
import { EcgError } from '../errors.ts';
import { type ImportRequest, importModel } from '../model/import-model.ts';
import { parseLabelList } from '../model/label-list.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Io } from './console-io.ts';
import { runModelPull } from './model-pull.ts';
import { type OpenModel, openOnCpu, runModelRun, runModelVerify } from './model-run.ts';
import { MODELS_DIRECTORY } from './open-models.ts';

export const USAGE = `usage: cardhook model import|pull|list|run|verify ...

  cardhook model import FILE --name NAME [--leads 12|1|I,II,...] [--labels FILE] [--recipe ecgfounder|z-score]
                                         [--force] [--json]
      makes models/NAME of a PyTorch (.pth, .pt) or .safetensors checkpoint of an ECGFounder network;
      nothing in the checkpoint is executed
  cardhook model pull NAME [--url URL] [--sha256 HEX] [--force]
      downloads and imports ecgfounder-12-lead or ecgfounder-1-lead from its authors, or any checkpoint by --url
  cardhook model list [--json]
      the models there are
  cardhook model run NAME --input RAW.f32 --shape B,C,L [--json]
      logits and deep features, as JSON, of raw little-endian float32 windows: B windows of C leads of L samples
  cardhook model verify NAME
      checks the weights against the manifest, and the official model against published logits

  --models DIR   where models are, instead of the folder models/ of Cardhook`;

const MODELS_OPTION = { models: { type: 'string', default: MODELS_DIRECTORY } } as const;
const BIG_FILE_BYTES = 32 * 2 ** 20;
const MAX_LABELS_BYTES = 2 ** 20;

/**
 * `cardhook model import|pull|list|run|verify`. Exit code 2 for a wrong call.
 * @param openModel runs a stored model; ONNX Runtime on the CPU unless given.
 * @throws EcgError CHECKPOINT_INVALID, CONFIG_INVALID, MODEL_UNAVAILABLE.
 */
export async function runModel(args: readonly string[], io: Io, openModel: OpenModel = openOnCpu): Promise<number> {
  const [command, ...rest] = args;
  switch (command) {
    case 'import':
      return await runImport(rest, io);
    case 'pull':
      return await runModelPull(rest, io, runImport);
    case 'list':
      return await runList(rest, io);
    case 'run':
      return await runModelRun(rest, io, openModel);
    case 'verify':
      return await runModelVerify(rest, io, openModel);
    case 'help':
      io.stdout(USAGE);
      return 0;
    default:
      io.stderr(command === undefined ? USAGE : `cardhook model: no command '${command}'\n\n${USAGE}`);
      return 2;
  }
}

async function runImport(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...MODELS_OPTION,
      name: { type: 'string' },
      leads: { type: 'string' },
      labels: { type: 'string' },
      recipe: { type: 'string' },
      force: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0 || values.name === undefined) {
    io.stderr('cardhook model import: give one FILE and --name NAME; see cardhook model --help');
    return 2;
  }
  const request: ImportRequest = {
    name: values.name,
    fileName: basename(file),
    leads: values.leads === undefined ? undefined : parseLeads(values.leads),
    labels: values.labels === undefined ? undefined : await readLabels(values.labels),
    recipe: values.recipe === undefined ? undefined : parseRecipe(values.recipe),
  };
  const isBig = (await stat(file)).size >= BIG_FILE_BYTES;
  const progress = (step: string) => (isBig ? io.stderr(`cardhook model import: ${step}`) : undefined);
  const model = await withFileSource(file, (source) => importModel(source, request, progress));
  progress('writing the model');
  await saveModel(values.models, model, values.force ? 'replace' : 'refuse');
  for (const warning of model.warnings) io.stderr(`cardhook model import: warning: ${warning}`);
  const { manifest } = model;
  const directory = join(values.models, manifest.name);
  io.stdout(values.json ? JSON.stringify({ directory, manifest }) : `${directory}\n${describe(manifest)}`);
  return 0;
}

async function runList(args: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { ...MODELS_OPTION, json: { type: 'boolean', default: false } },
  });
  const listings = await listModels(values.models);
  if (values.json) {
    io.stdout(JSON.stringify(listings.map(toJson)));
    return 0;
  }
  if (listings.length === 0) io.stdout(`no models in ${values.models}; see cardhook model --help`);
  for (const { name, manifest, error } of listings) {
    io.stdout(`${name}\n${manifest ? describe(manifest) : `  cannot be used: ${error?.message}`}`);
  }
  return 0;
}

function toJson({ name, manifest, error }: ModelListing): object {
  return manifest ? { name, manifest } : { name, error: { code: error?.code, message: error?.message } };
}

function describe({ title, version, trust, notice, input, architecture, thresholds }: Manifest): string {
  const leads = input.leads.length === 1 ? `lead ${input.leads[0]}` : `${input.leads.length} leads`;
  const lines = [
    `${title}, version ${version}, trust: ${trust}`,
    `${leads}, ${architecture.n_classes} outputs, recipe ${input.recipe}, ${thresholds.basis} thresholds`,
    ...(notice === undefined ? [] : [notice]),
  ];
  return lines.map((line) => `  ${line}`).join('\n');
}

/** `12` and `1` stand for the leads of the released networks. */
function parseLeads(text: string): readonly Lead[] {
  if (text === '12') return STANDARD_LEADS;
  if (text === '1') return STANDARD_LEADS.slice(0, 1);
  const leads = text.split(',').map((name) => leadFromName(name));
  const known = leads.filter((lead) => lead !== undefined);
  if (known.length < leads.length) {
    throw new EcgError('CONFIG_INVALID', '--leads is 12, 1 or names of leads separated by commas (I,II,V1)');
  }
  return known;
}

function parseRecipe(text: string): 'ecgfounder' | 'z-score' {
  if (text !== 'ecgfounder' && text !== 'z-score') {
    throw new EcgError('CONFIG_INVALID', '--recipe is ecgfounder or z-score');
  }
  return text;
}

async function readLabels(file: string): Promise<readonly string[]> {
  if ((await stat(file)).size > MAX_LABELS_BYTES) throw new EcgError('CONFIG_INVALID', '--labels is larger than 1 MiB');
  return parseLabelList(await readFile(file, 'utf8'));
}
