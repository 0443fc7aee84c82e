import { checkpointInvalid } from './checkpoint-invalid.ts';
import { build, persistentStorage, reduce } from './pickle-globals.ts';
import type { PickleValue } from './pickle-value.ts';

/** Bounds: the pickle of the released checkpoint has about 35 000 operations, and SETITEMS takes 1000 pairs at most. */
const MAX_OPERATIONS = 1_000_000;
const MAX_STACK = 10_000;
const MAX_MARKS = 1_000;
const MAX_TEXT_BYTES = 65_536;
const MAX_LINE_BYTES = 256;

const NEWLINE = 0x0a;

/** The stack, the memo and the cursor of a pickle, every access bounded. */
export class PickleMachine {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #stack: PickleValue[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();
  #position = 0;
  #operations = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  nextOpcode(): number {
    this.#operations += 1;
    if (this.#operations > MAX_OPERATIONS) throw checkpointInvalid(`pickle of more than ${MAX_OPERATIONS} operations`);
    return this.uint(1);
  }

  /** The one value left at STOP. */
  finish(): PickleValue {
    const [value] = this.#stack;
    if (this.#stack.length !== 1 || value === undefined || this.#marks.length > 0) {
      throw checkpointInvalid('pickle does not end with one value');
    }
    return value;
  }

  /** An unsigned little-endian integer of 1, 2 or 4 bytes. */
  uint(byteCount: 1 | 2 | 4): number {
    const at = this.#advance(byteCount);
    if (byteCount === 1) return this.#view.getUint8(at);
    return byteCount === 2 ? this.#view.getUint16(at, true) : this.#view.getUint32(at, true);
  }

  /** A signed little-endian integer of up to 255 bytes; a bigint only where a number would not be exact. */
  integer(byteCount: number): number | bigint {
    const digits = [...this.bytes(byteCount)].reverse();
    const unsigned = digits.reduce((sum, digit) => (sum << 8n) | BigInt(digit), 0n);
    const value = BigInt.asIntN(byteCount * 8, unsigned);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  /** A big-endian double. */
  float(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  bytes(byteCount: number): Uint8Array {
    if (byteCount > MAX_TEXT_BYTES) throw checkpointInvalid(`pickle string of ${byteCount} bytes`);
    const start = this.#advance(byteCount);
    return this.#bytes.subarray(start, start + byteCount);
  }

  text(byteCount: number): string {
    return new TextDecoder().decode(this.bytes(byteCount));
  }

  /** Text up to a line feed, as GLOBAL has it. */
  line(): string {
    const rest = this.#bytes.subarray(this.#position, this.#position + MAX_LINE_BYTES);
    const end = rest.indexOf(NEWLINE);
    if (end < 0) throw checkpointInvalid('pickle opcode GLOBAL without the end of a line');
    this.#position += end + 1;
    return new TextDecoder().decode(rest.subarray(0, end));
  }

  /** FRAME announces a length; nothing depends on it. */
  frame(): void {
    this.#advance(8);
  }

  push(value: PickleValue): void {
    if (this.#stack.length >= MAX_STACK) throw checkpointInvalid(`pickle stack of more than ${MAX_STACK} values`);
    this.#stack.push(value);
  }

  pop(count: number): PickleValue[] {
    const start = this.#stack.length - count;
    if (start < (this.#marks.at(-1) ?? 0)) throw checkpointInvalid('pickle takes more values than there are');
    return this.#stack.splice(start);
  }

  mark(): void {
    if (this.#marks.length >= MAX_MARKS) throw checkpointInvalid(`pickle nested more than ${MAX_MARKS} deep`);
    this.#marks.push(this.#stack.length);
  }

  popToMark(): PickleValue[] {
    const start = this.#marks.pop();
    if (start === undefined) throw checkpointInvalid('pickle has no mark where one is needed');
    return this.#stack.splice(start);
  }

  append(items: readonly PickleValue[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw checkpointInvalid('pickle appends to something other than a list');
    for (const item of items) list.push(item);
  }

  setItems(items: readonly PickleValue[]): void {
    const dictionary = this.#top();
    if (!(dictionary instanceof Map)) throw checkpointInvalid('pickle sets items of something other than a dictionary');
    for (let i = 0; i < items.length; i += 2) {
      const [key, value] = [items[i], items[i + 1]];
      if (key === undefined || value === undefined) throw checkpointInvalid('pickle has a key without a value');
      dictionary.set(key, value);
    }
  }

  /** Stores the top of the stack under `index`, or under the next free one (MEMOIZE). */
  remember(index = this.#memo.size): void {
    this.#memo.set(index, this.#top());
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw checkpointInvalid(`pickle recalls memo ${index}, which is not set`);
    this.push(value);
  }

  loadStorage(): void {
    const [id = null] = this.pop(1);
    this.push(persistentStorage(id));
  }

  reduce(): void {
    const [callable = null, args = null] = this.pop(2);
    this.push(reduce(callable, args));
  }

  build(): void {
    this.pop(1);
    build(this.#top());
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined || this.#stack.length <= (this.#marks.at(-1) ?? 0)) {
      throw checkpointInvalid('pickle takes more values than there are');
    }
    return value;
  }

  /** Moves the cursor on and returns where it was. */
  #advance(byteCount: number): number {
    const start = this.#position;
    if (start + byteCount > this.#bytes.length) throw checkpointInvalid('the pickle is cut short');
    this.#position += byteCount;
    return start;
  }
}
