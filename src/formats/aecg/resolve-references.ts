import { EcgError } from '../../errors.ts';

const PREDEFINED_ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** Length of "&#x10ffff;". */
const MAX_REFERENCE = 10;

/**
 * XML text with the five predefined entities and character references resolved, in one pass from left to right, so that
 * nothing is resolved twice.
 * @throws EcgError SOURCE_INVALID for any other entity and for references to no character.
 */
export function resolveReferences(text: string): string {
  const pieces: string[] = [];
  let done = 0;
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', done)) {
    const end = text.indexOf(';', at) + 1;
    const character = end === 0 || end - at > MAX_REFERENCE ? undefined : characterOf(text.slice(at + 1, end - 1));
    if (character === undefined)
      throw new EcgError('SOURCE_INVALID', 'the XML refers to an entity that is not defined');
    pieces.push(text.slice(done, at), character);
    done = end;
  }
  return done === 0 ? text : pieces.join('') + text.slice(done);
}

function characterOf(reference: string): string | undefined {
  const [, hex, decimal] = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(reference) ?? [];
  if (hex === undefined && decimal === undefined) return PREDEFINED_ENTITIES.get(reference);
  const codePoint = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return codePoint > 0 && codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : undefined;
}
