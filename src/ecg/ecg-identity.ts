import { createHash } from 'node:crypto';
import type { Ecg } from './ecg.ts';
import { independentLeads } from './independent-leads.ts';

const NANOVOLTS_PER_MILLIVOLT = 1e6;
const MISSING = -(2 ** 31);

/** By ECG, which is immutable: a chart that is opened again brings the same one. */
const remembered = new WeakMap<Ecg, { readonly patient: string; readonly identity: string }>();

/**
 * SHA-256 (hex) that is the same for the same tracing however it is stored: over the sampling rate, each
 * independent lead in whole nanovolts, the time of recording and the patient.
 * @param patient the reference the caller knows the patient by ("Patient/123"); for a lone file, its own patient id.
 */
export function ecgIdentity(ecg: Ecg, patient: string): string {
  const known = remembered.get(ecg);
  if (known?.patient === patient) return known.identity;
  const identity = hashOf(ecg, patient);
  remembered.set(ecg, { patient, identity });
  return identity;
}

function hashOf(ecg: Ecg, patient: string): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify(['ecg-1', canonicalRate(ecg.samplingRate), canonicalTime(ecg.recordedAt), patient]));
  for (const { lead, samples } of independentLeads(ecg.leads)) {
    hash.update(`${lead}:${samples.length}:`).update(nanovoltsOf(samples));
  }
  return hash.digest('hex');
}

/** A loop: `Int32Array.from` takes ten times as long. */
function nanovoltsOf(samples: Float64Array): Int32Array {
  const nanovolts = new Int32Array(samples.length);
  for (let index = 0; index < samples.length; index += 1) nanovolts[index] = toNanovolts(samples[index]!);
  return nanovolts;
}

/** Clamped to ±2.1 V, far beyond any ECG, so that every value fits 32 bits. */
function toNanovolts(millivolts: number): number {
  if (Number.isNaN(millivolts)) return MISSING;
  return Math.max(MISSING + 1, Math.min(2 ** 31 - 1, Math.round(millivolts * NANOVOLTS_PER_MILLIVOLT)));
}

/** Formats state a rate or its inverse, which differ in the last bits. */
function canonicalRate(samplingRate: number): number {
  return Number(samplingRate.toPrecision(9));
}

/** The instant where an offset is known; else the wall clock as written. */
function canonicalTime(recordedAt: string | undefined): string {
  if (recordedAt === undefined) return '';
  const hasTime = recordedAt.includes('T');
  const hasOffset = /(Z|[+-]\d\d:\d\d)$/.test(recordedAt);
  if (!hasTime) return recordedAt;
  const instant = new Date(hasOffset ? recordedAt : `${recordedAt}Z`).toISOString();
  return hasOffset ? instant : instant.slice(0, -1);
}
