import protobuf from 'protobufjs/light.js';
import { z } from 'zod';
import { EcgError } from '../../errors.ts';

export interface OnnxNode {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, number | string | readonly number[]>>;
}

export interface OnnxInitializer {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | BigInt64Array;
}

/** A float32 input or output; a string is a dimension left open ("batch"). */
export interface OnnxValue {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** Operator set 17 goes with IR version 8 (ONNX 1.12, 2022): old enough for every runtime in use. */
const IR_VERSION = 8;
const OPSET_VERSION = 17;

/** Enumerators of onnx.proto. */
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_STRING = 3;
const ATTRIBUTE_INTS = 7;
const ELEMENT_FLOAT = 1;
const ELEMENT_INT64 = 7;

const repeated = 'repeated';

/** The part of onnx.proto (github.com/onnx/onnx) that our graphs use. */
const ModelProto = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        ir_version: { type: 'int64', id: 1 },
        producer_name: { type: 'string', id: 2 },
        graph: { type: 'GraphProto', id: 7 },
        opset_import: { rule: repeated, type: 'OperatorSetIdProto', id: 8 },
      },
    },
    OperatorSetIdProto: { fields: { domain: { type: 'string', id: 1 }, version: { type: 'int64', id: 2 } } },
    GraphProto: {
      fields: {
        node: { rule: repeated, type: 'NodeProto', id: 1 },
        name: { type: 'string', id: 2 },
        initializer: { rule: repeated, type: 'TensorProto', id: 5 },
        input: { rule: repeated, type: 'ValueInfoProto', id: 11 },
        output: { rule: repeated, type: 'ValueInfoProto', id: 12 },
      },
    },
    NodeProto: {
      fields: {
        input: { rule: repeated, type: 'string', id: 1 },
        output: { rule: repeated, type: 'string', id: 2 },
        name: { type: 'string', id: 3 },
        op_type: { type: 'string', id: 4 },
        attribute: { rule: repeated, type: 'AttributeProto', id: 5 },
      },
    },
    AttributeProto: {
      fields: {
        name: { type: 'string', id: 1 },
        i: { type: 'int64', id: 3 },
        s: { type: 'bytes', id: 4 },
        ints: { rule: repeated, type: 'int64', id: 8, options: { packed: false } },
        type: { type: 'int32', id: 20 },
      },
    },
    TensorProto: {
      fields: {
        dims: { rule: repeated, type: 'int64', id: 1, options: { packed: false } },
        data_type: { type: 'int32', id: 2 },
        name: { type: 'string', id: 8 },
        raw_data: { type: 'bytes', id: 9 },
      },
    },
    ValueInfoProto: { fields: { name: { type: 'string', id: 1 }, type: { type: 'TypeProto', id: 2 } } },
    TypeProto: { fields: { tensor_type: { type: 'TensorTypeProto', id: 1 } } },
    TensorTypeProto: { fields: { elem_type: { type: 'int32', id: 1 }, shape: { type: 'TensorShapeProto', id: 2 } } },
    TensorShapeProto: { fields: { dim: { rule: repeated, type: 'DimensionProto', id: 1 } } },
    DimensionProto: { fields: { dim_value: { type: 'int64', id: 1 }, dim_param: { type: 'string', id: 2 } } },
  },
}).lookupType('ModelProto');

/** The bytes of a `.onnx` file; the same graph always gives the same bytes. */
export function encodeOnnx(graph: OnnxGraph): Uint8Array {
  return ModelProto.encode({
    ir_version: IR_VERSION,
    producer_name: 'cardhook',
    opset_import: [{ domain: '', version: OPSET_VERSION }],
    graph: {
      name: graph.name,
      node: graph.nodes.map(toNodeProto),
      initializer: graph.initializers.map(toTensorProto),
      input: graph.inputs.map(toValueInfoProto),
      output: graph.outputs.map(toValueInfoProto),
    },
  }).finish();
}

const weightsSchema = z.object({
  graph: z.object({
    initializer: z.array(z.object({ name: z.string(), data_type: z.number(), raw_data: z.instanceof(Uint8Array) })),
  }),
});

/**
 * Float tensors of a `.onnx` file of ours by name, undefined where there is none.
 * @throws EcgError MODEL_UNAVAILABLE for bytes that are no ONNX file, or one whose tensors are stored in another way.
 */
export function decodeFloats(onnx: Uint8Array, names: readonly string[]): readonly (Float32Array | undefined)[] {
  const { graph } = parseWeights(onnx);
  return names.map((wanted) => {
    const found = graph.initializer.find(({ name, data_type }) => name === wanted && data_type === ELEMENT_FLOAT);
    // A copy: the bytes need not lie where floats may.
    return found && new Float32Array(Uint8Array.from(found.raw_data).buffer);
  });
}

function parseWeights(onnx: Uint8Array): z.infer<typeof weightsSchema> {
  try {
    return weightsSchema.parse(ModelProto.decode(onnx));
  } catch (cause) {
    throw new EcgError('MODEL_UNAVAILABLE', 'the weights of the ONNX file cannot be read', { cause });
  }
}

function toNodeProto({ opType, inputs, output, attributes }: OnnxNode) {
  return {
    name: output,
    op_type: opType,
    input: inputs,
    output: [output],
    attribute: Object.entries(attributes).map(([name, value]) => {
      if (typeof value === 'number') return { name, type: ATTRIBUTE_INT, i: value };
      if (typeof value === 'string') return { name, type: ATTRIBUTE_STRING, s: new TextEncoder().encode(value) };
      return { name, type: ATTRIBUTE_INTS, ints: value };
    }),
  };
}

/** `raw_data` is little-endian by definition, and so is every machine that ONNX Runtime runs on. */
function toTensorProto({ name, shape, values }: OnnxInitializer) {
  return {
    name,
    dims: shape,
    data_type: values instanceof Float32Array ? ELEMENT_FLOAT : ELEMENT_INT64,
    raw_data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  };
}

function toValueInfoProto({ name, shape }: OnnxValue) {
  const dim = shape.map((size) => (typeof size === 'string' ? { dim_param: size } : { dim_value: size }));
  return { name, type: { tensor_type: { elem_type: ELEMENT_FLOAT, shape: { dim } } } };
}
