import { type Lead, STANDARD_LEADS } from '../ecg/lead.ts';
import { EcgError } from '../errors.ts';
import { trainedBatchNorm } from './batch-norm.ts';
import type { ByteSource } from './checkpoint/byte-source.ts';
import { readCheckpoint } from './checkpoint/read-checkpoint.ts';
import { type Manifest, type ModelTrust, manifestSchema } from './manifest.ts';
import { type ModelPackage, packageModel } from './model-package.ts';
import type { Net1d } from './net1d.ts';
import { net1dFromTensors } from './net1d-from-tensors.ts';

export interface ImportRequest {
  /** Of the new model. */
  readonly name: string;
  /** Of the checkpoint, without its folder. */
  readonly fileName: string;
  /** In the order of the network's inputs; unless given, the twelve standard leads or lead I. */
  readonly leads?: readonly Lead[] | undefined;
  /** One per output; unless given, the 150 of ECGFounder. */
  readonly labels?: readonly string[] | undefined;
  /** How the signal is prepared; unless given, as the authors of ECGFounder do it. */
  readonly recipe?: Manifest['input']['recipe'] | undefined;
}

export interface ImportedModel extends ModelPackage {
  /** What may be wrong with the model though it could be imported; sentences for whoever imports it. */
  readonly warnings: readonly string[];
}

/** SHA-256 of the released `12_lead_ECGFounder.pth`, as pinned by a third party. */
const OFFICIAL_SHA256 = 'ee199f3781f4ae1f732973267f003da0a759ea12bddb0dd28a77faa60aca7997';
const ECGFOUNDER_LABEL_COUNT = 150;
const VERSION_DIGITS = 12;

/**
 * Makes a model of a PyTorch or safetensors checkpoint of an ECGFounder network. Its thresholds are uncalibrated.
 * @param progress told of each step before it is taken; they take seconds for a large network.
 * @throws EcgError CHECKPOINT_INVALID; CONFIG_INVALID for a bad name, or leads or labels that do not fit the network.
 */
export async function importModel(
  checkpoint: ByteSource,
  request: ImportRequest,
  progress: (step: string) => void = () => {},
): Promise<ImportedModel> {
  const { name, fileName, recipe = 'ecgfounder' } = request;
  checkName(name);
  progress('reading the weights');
  const { tensors, sha256 } = await readCheckpoint(checkpoint);
  progress('checking the network and building its graph');
  const net = net1dFromTensors(tensors);
  const trust = trustOf(sha256, request);
  const isOfficial = trust === 'official';
  const model = packageModel(net, {
    name,
    version: sha256.slice(0, VERSION_DIGITS),
    title: isOfficial ? 'ECGFounder, 12 leads' : `${name}, imported from ${fileName}`.slice(0, 200),
    trust,
    licence: isOfficial ? 'MIT (PKUDigitalHealth/ECGFounder)' : 'that of the checkpoint',
    input: { leads: [...inputLeads(net, request)], samplingRate: 500, length: 5000, recipe },
    ...outputLabels(net, request),
    thresholds: { basis: 'uncalibrated', default: 0.5 },
    source: { file: fileName, sha256 },
  });
  return { ...model, warnings: batchNormWarnings(trainedBatchNorm(tensors)) };
}

/**
 * `official` is the released file to the byte, with its own leads, labels and recipe; all else is the site's.
 * @param sha256 of the checkpoint, in hex.
 */
export function trustOf(sha256: string, { leads, labels, recipe = 'ecgfounder' }: ImportRequest): ModelTrust {
  const hasOwnLeads = leads === undefined || String(leads) === String(STANDARD_LEADS);
  const isAsReleased = hasOwnLeads && labels === undefined && recipe === 'ecgfounder';
  return sha256 === OFFICIAL_SHA256 && isAsReleased ? 'official' : 'site';
}

/** @throws EcgError CONFIG_INVALID unless the name is fit for a folder under `models/`. */
export function checkName(name: string): void {
  if (!manifestSchema.shape.name.safeParse(name).success) {
    throw new EcgError('CONFIG_INVALID', 'a model is named with a-z, 0-9, ".", "_" and "-", 64 at most');
  }
}

function batchNormWarnings([name, ...others]: readonly string[]): readonly string[] {
  if (name === undefined) return [];
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return [
    `the checkpoint has trained batch norm (${name}${more}), which is left out as in the released ECGFounder; ` +
      'if this network was trained with use_bn, its scores are wrong: compare them with PyTorch (cardhook model run)',
  ];
}

function inputLeads({ config }: Net1d, { leads }: ImportRequest): readonly Lead[] {
  const count = config.in_channels;
  const chosen = leads ?? [STANDARD_LEADS, STANDARD_LEADS.slice(0, 1)].find(({ length }) => length === count);
  if (chosen?.length !== count || new Set(chosen).size !== count) {
    throw new EcgError('CONFIG_INVALID', `the network takes ${count} leads; name them in order with --leads I,II,...`);
  }
  return chosen;
}

function outputLabels({ config }: Net1d, { labels }: ImportRequest): Pick<Manifest, 'labelSet' | 'labels'> {
  if (labels === undefined && config.n_classes === ECGFOUNDER_LABEL_COUNT) return { labelSet: 'ecgfounder' };
  if (labels?.length !== config.n_classes || new Set(labels).size !== labels.length) {
    const given = labels === undefined ? '' : `, not ${new Set(labels).size} different ones`;
    throw new EcgError(
      'CONFIG_INVALID',
      `the network has ${config.n_classes} outputs; give --labels a file of as many labels${given}`,
    );
  }
  return { labels: [...labels] };
}
