import type { Manifest } from './manifest.ts';

/** What the network says of one input window. */
export interface ModelOutput {
  /** One per output, in the order of the manifest's labels. */
  readonly logits: Float32Array;
  /** The last feature map, channels × time bins, row-major; its mean over time are the deep features. */
  readonly featureMap: Float32Array;
}

/**
 * Port of the network. Adapters: ONNX Runtime in worker threads (`edges/onnx`).
 * Ways to run it elsewhere (a remote inference server, say) implement the same three members.
 */
export interface Model {
  readonly manifest: Manifest;
  /**
   * @param input one window, leads × length row-major, preprocessed by the manifest's recipe.
   * @throws EcgError MODEL_UNAVAILABLE when it cannot be run.
   */
  run(input: Float32Array): Promise<ModelOutput>;
  close(): Promise<void>;
}
