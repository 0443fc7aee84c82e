import type { ElementType } from './element-type.ts';

/** A class or function that a pickle names. It is a name and nothing else: nothing is ever looked up or called. */
export interface PickleGlobal {
  readonly kind: 'global';
  readonly name: string;
}

/** A storage of the archive: entry `data/KEY`. */
export interface StorageReference {
  readonly kind: 'storage';
  readonly key: string;
  readonly elementType: ElementType;
  readonly elementCount: number;
}

/** A view of a storage; offset and strides in elements, checked against the storage's length. */
export interface TensorReference {
  readonly kind: 'tensor';
  readonly storage: StorageReference;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** Something allowed that nobody looks into: a NumPy scalar, its type, its bytes. */
export interface OpaqueValue {
  readonly kind: 'opaque';
}

/** What a checkpoint's pickle can hold. Lists and tuples are arrays, dictionaries are maps. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | PickleGlobal
  | StorageReference
  | TensorReference
  | OpaqueValue;

/** The kind of a tagged value; undefined for plain ones. */
export function taggedValue(
  value: PickleValue | undefined,
): PickleGlobal | StorageReference | TensorReference | OpaqueValue | undefined {
  return typeof value === 'object' && value !== null && 'kind' in value ? value : undefined;
}
