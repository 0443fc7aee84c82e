import { EcgError } from '../../errors.ts';
import { decodeFloats } from './onnx-proto.ts';

/** The last layer of a network: logits = weights · mean features + biases. */
export interface Classifier {
  /** Outputs × channels, row-major. */
  readonly weights: Float32Array;
  /** One per output. */
  readonly biases: Float32Array;
}

/**
 * The classifier of a network made by `net1dOnnx`, out of its `.onnx` file.
 * @throws EcgError MODEL_UNAVAILABLE for any other network.
 */
export function readClassifier(onnx: Uint8Array): Classifier {
  const [weights, biases] = decodeFloats(onnx, ['dense.weight', 'dense.bias']);
  if (!weights || !biases || biases.length === 0 || weights.length % biases.length !== 0) {
    throw new EcgError('MODEL_UNAVAILABLE', 'the network has no classifier that could be read');
  }
  return { weights, biases };
}
