import type { Models } from '../interpret-ecg.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Classifier } from '../model/onnx/read-classifier.ts';
import type { ReadingCache } from '../reading-cache.ts';
import type { RenderPdf } from '../write-back/print-report.ts';
import type { WriteGuard } from '../write-back/write-guard.ts';

/** What reviewing an ECG needs beside the FHIR server it is on. */
export interface OverReadDeps {
  readonly models: Models;
  readonly readings: ReadingCache;
  readonly guard: WriteGuard;
  readonly renderPdf?: RenderPdf | undefined;
  /** The last layer of a model, to say when in time the evidence is. @throws EcgError MODEL_UNAVAILABLE */
  readonly classifierOf: (manifest: Manifest) => Promise<Classifier>;
}
