import type { Ecg } from '../ecg/ecg.ts';
import type { Interpretation } from '../findings/finding.ts';
import type { EcgMeasurements } from '../measurement/measurement.ts';
import type { Manifest } from '../model/manifest.ts';
import type { SignalQuality } from '../quality/signal-quality.ts';

/** An ECG with what was measured in it, found in it, and found wrong with it. */
export interface ReadEcg {
  readonly ecg: Ecg;
  readonly measurements: EcgMeasurements;
  readonly interpretation: Interpretation;
  readonly manifest: Manifest;
  readonly quality: SignalQuality;
}

/** A tracing of the same patient that was recorded before the present one. */
export interface PreviousTracing {
  readonly ecg: Ecg;
  /** "Observation/123": where it is. */
  readonly source: string;
  readonly ecgIdentity: string;
}

export interface PreviousEcg extends PreviousTracing, ReadEcg {}

/** One change that is beyond what chance and breathing do. */
export interface SerialStatement {
  /** Of a rule in `mappings/serial-comparison.json`. */
  readonly rule: string;
  /** "QTc longer by 62 ms than on 3 March 2026" */
  readonly text: string;
  /** The numbers behind it, now and then: "482 ms, was 420 ms". */
  readonly values?: string;
  readonly urgency: 'urgent' | 'routine';
}

/** What the present ECG is beside the previous one. */
export type SerialComparison = {
  /** When the previous one was recorded: "on 3 March 2026", or of the same day "at 09:15 on 3 March 2026". */
  readonly when: string;
} & (
  | {
      readonly outcome: 'compared';
      readonly previous: PreviousEcg;
      /** Urgent ones first. None: no change beyond the limits, which is no proof that there is none. */
      readonly statements: readonly SerialStatement[];
      /** Output indices of the network's comparison labels that this comparison bears out. */
      readonly serialLabels: readonly number[];
    }
  | { readonly outcome: 'not comparable'; readonly previous: PreviousTracing; readonly reason: string }
);
