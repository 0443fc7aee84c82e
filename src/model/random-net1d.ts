import { seededRandom } from '../random.ts';
import type { Net1dConfig } from './manifest.ts';
import { type Net1d, net1dBlocks, net1dShapes } from './net1d.ts';
import { elementCount, type Tensor } from './tensor.ts';

/**
 * An untrained network whose weights repeat for the same seed: normal with variance 2 / fan-in (He et al., ICCV 2015),
 * that of each block's last convolution divided by the number of blocks so that their sum keeps its scale; biases zero.
 * Its scores mean nothing.
 */
export function randomNet1d(config: Net1dConfig, seed: number): Net1d {
  const normal = normalNumbers(seededRandom(seed));
  const blockCount = net1dBlocks(config).length;
  const weights = new Map<string, Tensor>();
  for (const [name, shape] of net1dShapes(config)) {
    const values = new Float32Array(elementCount(shape));
    if (name.endsWith('.weight')) {
      const share = name.endsWith('conv3.conv.weight') ? blockCount : 1;
      const deviation = Math.sqrt(2 / elementCount(shape.slice(1)) / share);
      for (let i = 0; i < values.length; i += 1) values[i] = deviation * normal();
    }
    weights.set(name, { shape, values });
  }
  return { config, weights };
}

/** Standard normal numbers from uniform ones (Box and Muller 1958). */
function normalNumbers(uniform: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
