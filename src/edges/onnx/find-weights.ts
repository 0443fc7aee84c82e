import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { EcgError } from '../../errors.ts';
import type { Manifest } from '../../model/manifest.ts';

/**
 * Path of a model's weights, after comparing their checksum with the manifest's: other weights under the same labels
 * would be believed.
 * @throws EcgError MODEL_UNAVAILABLE when the file is missing or differs.
 */
export async function findWeights({ name, onnx }: Manifest, modelDir: string): Promise<string> {
  const path = join(modelDir, onnx.file);
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  } catch (cause) {
    throw new EcgError('MODEL_UNAVAILABLE', `model ${name} has no ${onnx.file}; import or pull it first`, { cause });
  }
  if (hash.digest('hex') !== onnx.sha256) {
    throw new EcgError(
      'MODEL_UNAVAILABLE',
      `model ${name}: ${onnx.file} is not the file of its manifest; import again`,
    );
  }
  return path;
}
