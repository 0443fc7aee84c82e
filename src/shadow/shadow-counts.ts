import type { AgreementCounts } from './agreement.ts';

/** How often a label of two models was compared for one tenant: numbers, nothing of an ECG or a patient. */
export interface ShadowCount extends AgreementCounts {
  readonly tenant: string;
  /** "name@version" of the model whose readings are shown. */
  readonly shown: string;
  /** Of the one in its shadow. */
  readonly shadow: string;
  /** Output index. */
  readonly output: number;
}

/** Port of where agreement is counted. Adapter: `edges/store`. */
export interface ShadowCounts {
  /** Adds to what is counted. @throws EcgError STORE_UNAVAILABLE. */
  add(counts: readonly ShadowCount[]): Promise<void>;
  /** @throws EcgError STORE_UNAVAILABLE. */
  all(): Promise<readonly ShadowCount[]>;
}
