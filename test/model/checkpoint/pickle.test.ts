import fc from 'fast-check';
import { EcgError } from '../../../src/errors.ts';
import { readPickle } from '../../../src/model/checkpoint/pickle.ts';
import { ascii, type Picklable, pickle, uint32 } from './pickle-writer.ts';

const read = (...bytes: number[]) => readPickle(Uint8Array.from([0x80, 2, ...bytes, 0x2e]));
const reading =
  (...bytes: number[]) =>
  () =>
    read(...bytes);

describe('readPickle', () => {
  it('reads the plain values that checkpoints hold', () => {
    const value: Picklable = [
      null,
      true,
      false,
      7,
      -7,
      2 ** 31 - 1,
      0.5,
      'naïve',
      new Map<Picklable, Picklable>([['a', 1]]),
    ];
    expect(readPickle(pickle(value))).toEqual([...value]);
  });

  it('reads integers of every size, exactly', () => {
    expect(read(...ascii('K'), 200)).toBe(200);
    expect(read(...ascii('M'), 1, 2)).toBe(513);
    expect(read(0x8a, 0)).toBe(0);
    expect(read(0x8a, 1, 0xff)).toBe(-1);
    expect(read(0x8a, 5, 0, 0, 0, 0, 1)).toBe(2 ** 32);
    expect(read(0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1)).toBe(2n ** 64n);
  });

  it('reads what protocols 4 and 5 add: frames, short strings, MEMOIZE and STACK_GLOBAL', () => {
    const ordered = [...short('collections'), ...short('OrderedDict'), 0x93, 0x94, ...ascii(')R')];
    const framed = [0x80, 4, 0x95, ...uint32(ordered.length + 1), ...uint32(0), ...ordered, 0x2e];
    expect(readPickle(Uint8Array.from(framed))).toEqual(new Map());
    expect(read(...ascii(']'), 0x94, ...ascii('h'), 0, ...ascii('a'))).toHaveLength(1);
    expect(read(...ascii('C'), 2, 5, 6)).toEqual(Uint8Array.of(5, 6));
  });

  it('recalls what was remembered', () => {
    expect(read(...ascii('K'), 5, ...ascii('q'), 3, ...ascii('h'), 3, 0x86)).toEqual([5, 5]);
    expect(reading(...ascii('h'), 3)).toThrow('recalls memo 3');
  });

  describe('refuses, running nothing,', () => {
    const system = ascii('cos\nsystem\n');
    const hostile: readonly (readonly [string, number[], string])[] = [
      ['GLOBAL os.system', [...system, ...ascii('X'), ...uint32(2), ...ascii('id'), 0x85, ...ascii('R')], 'os.system'],
      ['GLOBAL builtins.eval', ascii('cbuiltins\neval\n'), 'builtins.eval'],
      ['GLOBAL of a look-alike', ascii('ctorch._utils\n_rebuild_tensor_v2x\n'), '_rebuild_tensor_v2x'],
      ['GLOBAL with control characters, which are not printed', ascii('ca\x1b[2J\nb\n'), 'a?[2J.b'],
      ['GLOBAL of __proto__', ascii('c__proto__\nconstructor\n'), '__proto__.constructor'],
      ['STACK_GLOBAL posix.system', [...short('posix'), ...short('system'), 0x93], 'posix.system'],
      ['STACK_GLOBAL of numbers', [...ascii('K'), 1, ...ascii('K'), 2, 0x93], 'STACK_GLOBAL without two strings'],
      ['REDUCE of a storage class', ascii('ctorch\nFloatStorage\n)R'), 'REDUCE on torch.FloatStorage'],
      ['REDUCE of a string', [...short('os.system'), ...ascii(')R')], 'REDUCE on something'],
      [
        'REDUCE without a tuple',
        [...ascii('ccollections\nOrderedDict\nN'), ...ascii('R')],
        'REDUCE on collections.OrderedDict',
      ],
      [
        'an OrderedDict with arguments',
        [...ascii('ccollections\nOrderedDict\n'), ...ascii(')'), 0x85, ...ascii('R')],
        'with arguments',
      ],
      ['BUILD of a global', [...ascii('ccollections\nOrderedDict\n}b')], 'BUILD'],
      ['BUILD of a list', ascii(']}b'), 'BUILD'],
      ['INST', ascii('(ios\nsystem\n'), 'INST'],
      ['OBJ', ascii('(cos\nsystem\no'), 'os.system'],
      ['OBJ without a global', ascii('(o'), 'OBJ'],
      ['NEWOBJ', [...ascii('ccollections\nOrderedDict\n)'), 0x81], 'NEWOBJ'],
      ['NEWOBJ_EX', [0x92], 'NEWOBJ_EX'],
      ['EXT1', [0x82, 1], 'EXT1'],
      ['EXT2', [0x83, 1, 0], 'EXT2'],
      ['EXT4', [0x84, 1, 0, 0, 0], 'EXT4'],
      ['PERSID', ascii('Px\n'), 'PERSID'],
      ['a persistent id that is no storage', ascii('NQ'), 'persistent id'],
      ['LONG4 of a gigabyte', [0x8b, ...uint32(2 ** 30)], 'LONG4'],
      ['BINBYTES8', [0x8e, ...uint32(1), ...uint32(1)], 'BINBYTES8'],
      ['opcodes that do not exist', [0xff], '0xff'],
      ['text opcodes of protocol 0', ascii('I1\n'), 'INT (protocol 0)'],
      ['protocol 0', [0x80, 0], 'protocol 0'],
      ['protocol 6', [0x80, 6], 'protocol 6'],
    ];
    for (const [name, bytes, message] of hostile) {
      it(name, () => {
        expect(reading(...bytes)).toThrow(expect.objectContaining({ code: 'CHECKPOINT_INVALID' }));
        expect(reading(...bytes)).toThrow(message);
      });
    }
  });

  describe('bounds', () => {
    const repeat = (count: number, bytes: readonly number[]) => Array.from({ length: count }, () => bytes).flat();
    const bombs: readonly (readonly [string, () => number[], string])[] = [
      ['nesting', () => repeat(2000, ascii('(')), 'deep'],
      ['the stack', () => repeat(20_000, ascii('N')), 'stack'],
      ['operations, and with them the memo', () => [...ascii('N'), ...repeat(1_000_001, [0x94])], 'operations'],
      ['strings', () => [...ascii('X'), ...uint32(0xffffffff)], 'string of 4294967295 bytes'],
      ['names of globals', () => [...ascii('c'), ...repeat(1000, ascii('a'))], 'end of a line'],
    ];
    for (const [name, bytes, message] of bombs) {
      it(name, () => expect(() => readPickle(Uint8Array.from([0x80, 2, ...bytes(), 0x2e]))).toThrow(message));
    }

    it('are not reached by values that contain each other twice over: they are shared, not copied', () => {
      const pair = [...ascii('h'), 0, ...ascii('h'), 0, 0x86, ...ascii('q'), 0];
      expect(read(...ascii('(]q'), 0, ...repeat(1000, pair), ...ascii('t'))).toHaveLength(1001);
    });
  });

  describe('refuses a broken stack:', () => {
    const broken: readonly (readonly [string, number[]])[] = [
      ['an empty pickle', []],
      ['two values at the end', ascii('NN')],
      ['an open mark at the end', ascii('N(')],
      ['a tuple without a mark', ascii('Nt')],
      ['more taken than there is', [...ascii('N'), 0x87]],
      ['values taken from below a mark', [...ascii('NN('), 0x86]],
      ['nothing to remember', [0x94]],
      ['items of a list', ascii('](NNu')],
      ['a key without a value', ascii('}(Nu')],
      ['appending to a dictionary', ascii('}Na')],
    ];
    for (const [name, bytes] of broken) {
      it(name, () => expect(reading(...bytes)).toThrow(expect.objectContaining({ code: 'CHECKPOINT_INVALID' })));
    }
  });

  it('answers garbage with nothing but EcgError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          read(...bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(EcgError);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('refuses truncation at every byte', () => {
    const whole = pickle([
      new Map<Picklable, Picklable>([['epoch', 300]]),
      { call: { global: 'collections.OrderedDict' }, args: [] },
    ]);
    expect(() => readPickle(whole)).not.toThrow();
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => readPickle(whole.subarray(0, length))).toThrow(EcgError);
    }
  });
});

function short(text: string): number[] {
  return [0x8c, text.length, ...ascii(text)];
}
