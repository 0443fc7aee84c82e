import { checkpointInvalid } from './checkpoint-invalid.ts';
import { allowedGlobal } from './pickle-globals.ts';
import { PickleMachine } from './pickle-machine.ts';
import type { PickleValue } from './pickle-value.ts';

const STOP = 0x2e;
const OLDEST_PROTOCOL = 2;
const NEWEST_PROTOCOL = 5;

/** The opcodes that torch.save and NumPy scalars use (CPython's pickletools.py). */
const OPCODES: ReadonlyMap<number, (machine: PickleMachine) => void> = new Map([
  opcode('\x80', proto),
  opcode('\x95', (m) => m.frame()),
  opcode('(', (m) => m.mark()),
  opcode('N', (m) => m.push(null)),
  opcode('\x88', (m) => m.push(true)),
  opcode('\x89', (m) => m.push(false)),
  opcode('K', (m) => m.push(m.uint(1))),
  opcode('M', (m) => m.push(m.uint(2))),
  opcode('J', (m) => m.push(m.uint(4) | 0)),
  opcode('\x8a', (m) => m.push(m.integer(m.uint(1)))),
  opcode('G', (m) => m.push(m.float())),
  opcode('X', (m) => m.push(m.text(m.uint(4)))),
  opcode('\x8c', (m) => m.push(m.text(m.uint(1)))),
  opcode('B', (m) => m.push(m.bytes(m.uint(4)).slice())),
  opcode('C', (m) => m.push(m.bytes(m.uint(1)).slice())),
  opcode(')', (m) => m.push([])),
  opcode('t', (m) => m.push(m.popToMark())),
  opcode('\x85', (m) => m.push(m.pop(1))),
  opcode('\x86', (m) => m.push(m.pop(2))),
  opcode('\x87', (m) => m.push(m.pop(3))),
  opcode(']', (m) => m.push([])),
  opcode('a', (m) => m.append(m.pop(1))),
  opcode('e', (m) => m.append(m.popToMark())),
  opcode('}', (m) => m.push(new Map())),
  opcode('s', (m) => m.setItems(m.pop(2))),
  opcode('u', (m) => m.setItems(m.popToMark())),
  opcode('q', (m) => m.remember(m.uint(1))),
  opcode('r', (m) => m.remember(m.uint(4))),
  opcode('\x94', (m) => m.remember()),
  opcode('h', (m) => m.recall(m.uint(1))),
  opcode('j', (m) => m.recall(m.uint(4))),
  opcode('c', (m) => m.push(allowedGlobal(m.line(), m.line()))),
  opcode('\x93', stackGlobal),
  opcode('Q', (m) => m.loadStorage()),
  opcode('R', (m) => m.reduce()),
  opcode('b', (m) => m.build()),
]);

/** Names of the opcodes that are refused, for the message. */
const REFUSED: ReadonlyMap<number, string> = new Map([
  [0x69, 'INST'],
  [0x6f, 'OBJ'],
  [0x81, 'NEWOBJ'],
  [0x92, 'NEWOBJ_EX'],
  [0x82, 'EXT1'],
  [0x83, 'EXT2'],
  [0x84, 'EXT4'],
  [0x50, 'PERSID'],
  [0x8b, 'LONG4'],
  [0x8d, 'BINUNICODE8'],
  [0x8e, 'BINBYTES8'],
  [0x96, 'BYTEARRAY8'],
  [0x97, 'NEXT_BUFFER'],
  [0x98, 'READONLY_BUFFER'],
  [0x8f, 'EMPTY_SET'],
  [0x90, 'ADDITEMS'],
  [0x91, 'FROZENSET'],
  [0x30, 'POP'],
  [0x31, 'POP_MARK'],
  [0x32, 'DUP'],
  [0x49, 'INT (protocol 0)'],
  [0x4c, 'LONG (protocol 0)'],
  [0x46, 'FLOAT (protocol 0)'],
  [0x53, 'STRING (protocol 0)'],
  [0x56, 'UNICODE (protocol 0)'],
  [0x54, 'BINSTRING'],
  [0x55, 'SHORT_BINSTRING'],
  [0x67, 'GET (protocol 0)'],
  [0x70, 'PUT (protocol 0)'],
  [0x64, 'DICT (protocol 0)'],
  [0x6c, 'LIST (protocol 0)'],
]);

/**
 * Reads the pickle of a checkpoint (protocols 2 to 5) as plain values. It executes nothing: globals are names on an
 * allow-list, and every opcode that would make an object of a class is refused.
 * @throws EcgError CHECKPOINT_INVALID naming the opcode or global, or for truncation or an exceeded bound.
 */
export function readPickle(bytes: Uint8Array): PickleValue {
  const machine = new PickleMachine(bytes);
  for (;;) {
    const code = machine.nextOpcode();
    if (code === STOP) return machine.finish();
    const run = OPCODES.get(code);
    if (run === undefined) {
      const name = REFUSED.get(code) ?? `0x${code.toString(16).padStart(2, '0')}`;
      throw checkpointInvalid(`pickle opcode ${name} is not needed for weights and may be hostile; nothing was run`);
    }
    run(machine);
  }
}

function opcode(
  character: string,
  run: (machine: PickleMachine) => void,
): readonly [number, (machine: PickleMachine) => void] {
  return [character.charCodeAt(0), run];
}

function proto(machine: PickleMachine): void {
  const version = machine.uint(1);
  if (version < OLDEST_PROTOCOL || version > NEWEST_PROTOCOL) throw checkpointInvalid(`pickle protocol ${version}`);
}

function stackGlobal(machine: PickleMachine): void {
  const [module, name] = machine.pop(2);
  if (typeof module !== 'string' || typeof name !== 'string') {
    throw checkpointInvalid('pickle opcode STACK_GLOBAL without two strings');
  }
  machine.push(allowedGlobal(module, name));
}
