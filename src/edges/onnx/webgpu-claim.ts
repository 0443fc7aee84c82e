import { EcgError } from '../../errors.ts';

let claimed = false;

/**
 * Reserves WebGPU for one session of this process: ONNX Runtime 1.30 crashes the whole process when two of them run
 * at the same time (github.com/microsoft/onnxruntime/issues/32561).
 * @returns gives it back.
 * @throws EcgError MODEL_UNAVAILABLE while another session has it.
 */
export function claimWebgpu(): () => void {
  if (claimed)
    throw new EcgError('MODEL_UNAVAILABLE', 'another model uses WebGPU, and a process can run only one on it');
  claimed = true;
  return () => {
    claimed = false;
  };
}
