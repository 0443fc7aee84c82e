import type { Tensor } from '../tensor.ts';
import { type ByteSource, readBytes, sha256Of } from './byte-source.ts';
import { checkpointInvalid } from './checkpoint-invalid.ts';
import { readSafetensors } from './safetensors.ts';
import { readTorchZip } from './torch-zip.ts';

export interface Checkpoint {
  /** Floating-point tensors by name, without `module.` and `model.` prefixes. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Of the whole file, in hex. */
  readonly sha256: string;
}

/** First bytes of a local file header of a zip. */
const ZIP = [0x50, 0x4b, 0x03, 0x04];
const PICKLE_PROTO = 0x80;
const OPENING_BRACE = 0x7b;

/**
 * Reads the weights of a PyTorch checkpoint (`torch.save`) or a `.safetensors` file, whatever its name says.
 * Nothing in the file is executed, and memory is bounded by the weights.
 * @throws EcgError CHECKPOINT_INVALID saying why for anything else, truncated or hostile.
 */
export async function readCheckpoint(source: ByteSource): Promise<Checkpoint> {
  const start = await readBytes(source, 0, Math.min(9, source.size));
  return { tensors: await readTensors(source, start), sha256: await sha256Of(source) };
}

function readTensors(source: ByteSource, start: Uint8Array): Promise<ReadonlyMap<string, Tensor>> {
  if (ZIP.every((byte, index) => start[index] === byte)) return readTorchZip(source);
  if (start[8] === OPENING_BRACE) return readSafetensors(source);
  throw checkpointInvalid(
    start[0] === PICKLE_PROTO
      ? 'it is in the format of PyTorch before 1.6; load it with a current PyTorch and save model.state_dict() again'
      : 'it is neither a torch.save archive nor a safetensors file',
  );
}
