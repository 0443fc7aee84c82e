import { createHash } from 'node:crypto';
import type { Ecg } from '../ecg/ecg.ts';
import { type EcgSource, type FetchBinary, readEcgSource } from '../formats/fhir/ecg-sources.ts';

/** Reads the ECG of a source as {@link readEcgSource} does, which throws the same. */
export type EcgDecoder = (source: EcgSource, fetchBinary?: FetchBinary) => Promise<Ecg>;

export interface EcgDecoderOptions {
  /** Samples of all leads of all ECGs remembered; 8 bytes each. */
  readonly maxSamples: number;
  /** Waits until it is this one's turn to do milliseconds of work. */
  readonly turn: () => Promise<void>;
}

/**
 * Decodes an ECG once for the same content: the next hook on the same chart brings the same text again, and hashing
 * it takes a tenth of the time. Content that has to be fetched is fetched each time, with the caller's own rights.
 * Whose ECG it is has no part in this: that is said beside the content, and checked before.
 */
export function createEcgDecoder({ maxSamples, turn }: EcgDecoderOptions): EcgDecoder {
  const decoded = new Map<string, Ecg>();
  let samples = 0;
  return async (source, fetchBinary) => {
    const key = keyOf(source);
    const known = key === undefined ? undefined : decoded.get(key);
    if (key !== undefined && known !== undefined) {
      decoded.delete(key);
      decoded.set(key, known);
      return known;
    }
    const takingTurns: FetchBinary | undefined =
      fetchBinary &&
      (async (url) => {
        const bytes = await fetchBinary(url);
        await turn();
        return bytes;
      });
    await turn();
    const ecg = await readEcgSource(source, takingTurns);
    if (key !== undefined && !decoded.has(key) && sampleCount(ecg) <= maxSamples) {
      decoded.set(key, ecg);
      samples += sampleCount(ecg);
    }
    for (const [oldest, each] of decoded) {
      if (samples <= maxSamples) break;
      decoded.delete(oldest);
      samples -= sampleCount(each);
    }
    return ecg;
  };
}

/** Undefined for what is not all there. */
function keyOf({ content }: EcgSource): string | undefined {
  const isAllThere =
    content.kind === 'observation' ||
    (content.kind === 'attachments' && content.attachments.every(({ data }) => data !== undefined));
  return isAllThere ? createHash('sha256').update(JSON.stringify(content)).digest('base64') : undefined;
}

function sampleCount({ leads }: Ecg): number {
  return leads.reduce((sum, lead) => sum + lead.samples.length, 0);
}
