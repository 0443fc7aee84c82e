import type { Interpretation } from '../../src/findings/finding.ts';
import { type InterpretContext, interpret } from '../../src/findings/interpret.ts';
import { type Manifest, parseManifest } from '../../src/model/manifest.ts';

type Thresholds = Partial<Manifest['thresholds']>;

/** The manifest of a network with the 150 ECGFounder outputs; every threshold is 0.5 unless given. */
export function ecgFounderManifest(thresholds: Thresholds = {}, disabledOutputs: readonly number[] = []): Manifest {
  return manifestOf({ labelSet: 'ecgfounder', disabledOutputs }, thresholds, 150);
}

/** The manifest of a network whose outputs have names of their own. */
export function ownLabelsManifest(labels: readonly string[]): Manifest {
  return manifestOf({ labels }, {}, labels.length);
}

/** Scores of 0.01, and 0.9 for the labels above threshold (or the score given for them). */
export function scoresOf(above: readonly number[] | Readonly<Record<number, number>>): Float64Array {
  const scores = new Float64Array(150).fill(0.01);
  if (Array.isArray(above)) for (const index of above) scores[index] = 0.9;
  else for (const [index, score] of Object.entries(above)) scores[Number(index)] = score;
  return scores;
}

/** Interprets labels above threshold, by default without a prior ECG and on uncalibrated scores. */
export function interpretLabels(
  above: Parameters<typeof scoresOf>[0],
  context: Partial<InterpretContext> & { readonly basis?: Manifest['thresholds']['basis'] } = {},
): Interpretation {
  const { basis = 'uncalibrated', ...rest } = context;
  return interpret(scoresOf(above), ecgFounderManifest({ basis }), rest);
}

function manifestOf(labels: object, thresholds: Thresholds, outputs: number): Manifest {
  return parseManifest({
    name: 'test',
    version: '1',
    title: 'Test',
    trust: 'stand-in',
    licence: 'none',
    architecture: {
      in_channels: 12,
      base_filters: 16,
      filter_list: [16],
      m_blocks_list: [1],
      kernel_size: 16,
      stride: 2,
      groups_width: 16,
      ratio: 1,
      n_classes: outputs,
    },
    input: { leads: ['I'], samplingRate: 500, length: 5000, recipe: 'ecgfounder' },
    thresholds: { basis: 'uncalibrated', default: 0.5, ...thresholds },
    onnx: { file: 'model.onnx', sha256: '0'.repeat(64), bytes: 1 },
    source: { seed: 1 },
    ...labels,
  });
}
