import { checkpointInvalid, printable } from './checkpoint-invalid.ts';
import { type PickleValue, type TensorReference, taggedValue } from './pickle-value.ts';

/** Under which key training scripts put the state dictionary; a bare one occurs as well. */
const CONTAINERS = ['state_dict', 'model_state_dict', 'model'] as const;

/** DataParallel puts `module.` before every name, wrappers put `model.`. */
const WRAPPER_PREFIX = /^((module|model)\.)+/;

/**
 * The tensors of a checkpoint's state dictionary, in its order, without the prefixes of wrappers.
 * @throws EcgError CHECKPOINT_INVALID when there is none or it holds other things than tensors.
 */
export function stateDictOf(root: PickleValue): ReadonlyMap<string, TensorReference> {
  if (!(root instanceof Map)) throw checkpointInvalid('its top level is no dictionary; save model.state_dict()');
  const container = CONTAINERS.map((key) => root.get(key)).find((value) => value instanceof Map) ?? root;
  const tensors = new Map<string, TensorReference>();
  for (const [key, value] of container) {
    const tagged = taggedValue(value);
    if (typeof key !== 'string' || tagged?.kind !== 'tensor') {
      throw checkpointInvalid('the state dictionary holds other things than named tensors; save model.state_dict()');
    }
    const name = unwrappedName(key);
    if (tensors.has(name)) throw checkpointInvalid(`two tensors are called ${printable(name)}`);
    tensors.set(name, tagged);
  }
  return tensors;
}

/** The name of a tensor without the prefixes of wrappers. */
export function unwrappedName(name: string): string {
  return name.replace(WRAPPER_PREFIX, '');
}
