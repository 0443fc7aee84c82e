import type { EcgReading } from '../interpret-ecg.ts';
import type { Manifest } from '../model/manifest.ts';
import type { AgreementCounts } from './agreement.ts';

/** In which cell of a label's table one ECG falls. */
export type Agreement = keyof AgreementCounts;

type Read = Pick<EcgReading, 'manifest' | 'interpretation'>;

/**
 * What two readings of one ECG say of every label that both models report, by output index.
 * Undefined for models of other labels than ECGFounder's, which are not the same labels.
 */
export function compareReadings(shown: Read, shadow: Read): ReadonlyMap<number, Agreement> | undefined {
  if (shown.manifest.labelSet !== 'ecgfounder' || shadow.manifest.labelSet !== 'ecgfounder') return undefined;
  const [byShown, byShadow] = [statedBy(shown), statedBy(shadow)];
  const silent = new Set([...shown.manifest.disabledOutputs, ...shadow.manifest.disabledOutputs]);
  const outputs = Array.from({ length: shown.manifest.architecture.n_classes }, (_, output) => output);
  return new Map(
    outputs
      .filter((output) => !silent.has(output))
      .map((output) => [output, agreementOf(byShown.has(output), byShadow.has(output))]),
  );
}

/** How a version of a model is named in counts: "stand-in@1.0". */
export function versionedName({ name, version }: Manifest): string {
  return `${name}@${version}`;
}

/** What a rule states instead of labels that exclude each other counts as the label it is worded as. */
function statedBy({ interpretation }: Read): ReadonlySet<number> {
  return new Set(interpretation.findings.map(({ index }) => index));
}

function agreementOf(isShown: boolean, isShadow: boolean): Agreement {
  if (isShown) return isShadow ? 'both' : 'shownOnly';
  return isShadow ? 'shadowOnly' : 'neither';
}
