import { createHash } from 'node:crypto';
import type { Ecg } from '../ecg/ecg.ts';
import { type EcgSource, type FetchBinary, readEcgSource } from '../formats/fhir/ecg-sources.ts';
import type { Pace } from './pace.ts';

/** Reads the ECG of a source as {@link readEcgSource} does, which throws the same; what takes long, in its turn. */
export type EcgDecoder = (source: EcgSource, turn: Pace['turn'], fetchBinary?: FetchBinary) => Promise<Ecg>;

const LONG_TEXT = 1_000;

/**
 * Decodes an ECG once for the same content: the next hook on the same chart brings the same text again, and hashing
 * it takes a tenth of the time. Content that has to be fetched is fetched each time, with the caller's own rights.
 * Whose ECG it is has no part in this: that is said beside the content, and checked before.
 * @param maxSamples of all leads of all ECGs remembered; 8 bytes each.
 */
export function createEcgDecoder(maxSamples: number): EcgDecoder {
  const decoded = new Map<string, Ecg>();
  let samples = 0;
  return async (source, turn, fetchBinary) => {
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
  return isAllThere ? digestOf(content) : undefined;
}

/**
 * SHA-256 of a JSON value, the same for the same value only: each part states its kind and length. Samples are long
 * strings, which are hashed as they are: to write them as JSON first takes longer than to hash them.
 */
function digestOf(value: unknown): string {
  const hash = createHash('sha256');
  let short = '';
  const visit = (part: unknown): void => {
    if (typeof part === 'string' && part.length > LONG_TEXT) {
      hash.update(`${short}"${part.length}:`).update(part);
      short = '';
    } else if (typeof part === 'object' && part !== null) {
      const entries = Object.entries(part);
      short += `${Array.isArray(part) ? '[' : '{'}${entries.length}:`;
      for (const [key, each] of entries) {
        short += `${key.length}:${key}`;
        visit(each);
      }
    } else short += typeof part === 'string' ? `"${part.length}:${part}` : `${part};`;
  };
  visit(value);
  return hash.update(short).digest('base64');
}

function sampleCount({ leads }: Ecg): number {
  return leads.reduce((sum, lead) => sum + lead.samples.length, 0);
}
