import type { OnnxGraph, OnnxInitializer, OnnxNode } from './onnx-proto.ts';

type Attributes = OnnxNode['attributes'];

/** Collects the nodes and initializers of a graph; every method returns the name of the value it made. */
export interface GraphBuilder {
  /** Adds a node with one output, named `output` if given. */
  node(opType: string, inputs: readonly string[], attributes?: Attributes, output?: string): string;
  floats(name: string, shape: readonly number[], values: Float32Array): string;
  /** A one-dimensional int64 constant (axes, shapes, pads). */
  integers(name: string, values: readonly number[]): string;
  build(parts: Pick<OnnxGraph, 'name' | 'inputs' | 'outputs'>): OnnxGraph;
}

export function createGraphBuilder(): GraphBuilder {
  const nodes: OnnxNode[] = [];
  const initializers = new Map<string, OnnxInitializer>();
  const initializer = (name: string, shape: readonly number[], values: Float32Array | BigInt64Array) => {
    initializers.set(name, { name, shape, values });
    return name;
  };
  return {
    node: (opType, inputs, attributes = {}, output = `${opType}_${nodes.length}`) => {
      nodes.push({ opType, inputs, output, attributes });
      return output;
    },
    floats: initializer,
    integers: (name, values) => initializer(name, [values.length], BigInt64Array.from(values, BigInt)),
    build: (parts) => ({ ...parts, nodes, initializers: [...initializers.values()] }),
  };
}
