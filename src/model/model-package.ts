import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { type Manifest, type manifestSchema, parseManifest } from './manifest.ts';
import type { Net1d } from './net1d.ts';
import { net1dOnnx } from './onnx/net1d-onnx.ts';

/** A model as it is stored: `NAME/manifest.json` and `NAME/NAME.onnx`. */
export interface ModelPackage {
  readonly manifest: Manifest;
  readonly onnx: Uint8Array;
}

/** What a manifest says besides what follows from the network. */
export type ModelDescription = Omit<z.input<typeof manifestSchema>, 'architecture' | 'onnx'>;

/**
 * Builds the ONNX graph of a network and the manifest that goes with it.
 * @throws EcgError CONFIG_INVALID when the description does not make a manifest.
 */
export function packageModel(net: Net1d, description: ModelDescription): ModelPackage {
  const onnx = net1dOnnx(net, description.input.length);
  const manifest = parseManifest({
    ...description,
    architecture: net.config,
    onnx: {
      file: `${description.name}.onnx`,
      sha256: createHash('sha256').update(onnx).digest('hex'),
      bytes: onnx.length,
    },
  });
  return { manifest, onnx };
}
