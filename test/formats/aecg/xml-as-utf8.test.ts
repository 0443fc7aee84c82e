import { rootLocalName, xmlAsUtf8 } from '../../../src/formats/aecg/xml-as-utf8.ts';
import { utf8 } from './build-aecg.ts';

const declared = (encoding: string, content: string): string =>
  `<?xml version="1.0" encoding="${encoding}"?>${content}`;
const utf16le = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf16le'));
const utf16be = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf16le').swap16());
const concat = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

describe('xmlAsUtf8', () => {
  const text = declared('UTF-16', '<a>Zoë 测试</a>');

  it.each([
    ['UTF-8 without a declaration', utf8('<a>Zoë 测试</a>'), '<a>Zoë 测试</a>'],
    ['UTF-8 with a byte order mark', concat([0xef, 0xbb, 0xbf], utf8('<a>é</a>')), '<a>é</a>'],
    ['UTF-16 LE with a byte order mark', concat([0xff, 0xfe], utf16le(text)), text],
    ['UTF-16 BE with a byte order mark', concat([0xfe, 0xff], utf16be(text)), text],
    ['UTF-16 LE without one', utf16le(text), text],
    ['UTF-16 BE without one', utf16be(text), text],
    ['UTF-8 that claims to be UTF-16', utf8(text), text],
    [
      'ISO-8859-1',
      concat(utf8(declared('ISO-8859-1', '<a>')), [0xe9], utf8('</a>')),
      declared('ISO-8859-1', '<a>é</a>'),
    ],
    [
      'GB18030',
      concat(utf8(declared('GB18030', '<a>')), [0xb2, 0xe2, 0xca, 0xd4], utf8('</a>')),
      declared('GB18030', '<a>测试</a>'),
    ],
    [
      'a byte order mark against the declaration',
      concat([0xef, 0xbb, 0xbf], utf8(declared('GB18030', 'é'))),
      declared('GB18030', 'é'),
    ],
  ])('reads %s', (_name, bytes, expected) => {
    expect(xmlAsUtf8(bytes).toString()).toBe(expected);
  });

  it.each([
    ['bytes that are not UTF-8', Uint8Array.of(0x3c, 0x61, 0xff, 0x3e)],
    ['half a UTF-16 character', concat(utf16le('<a/>'), [0x20])],
    ['an encoding nobody knows', utf8(declared('KLINGON-1', '<a/>'))],
  ])('refuses %s', (_name, bytes) => {
    expect(() => xmlAsUtf8(bytes)).toThrow(expect.objectContaining({ code: 'SOURCE_INVALID' }));
  });
});

describe('rootLocalName', () => {
  it.each([
    ['a bare root', utf8('<AnnotatedECG/>')],
    ['a prefixed root', utf8('<h:AnnotatedECG xmlns:h="urn:hl7-org:v3">')],
    [
      'white space, declaration, comments and instructions first',
      utf8('\n<?xml version="1.0"?><!-- <b> --><?p x?>\n<AnnotatedECG>'),
    ],
    ['a DOCTYPE', utf8('<!DOCTYPE AnnotatedECG SYSTEM "a.dtd"><AnnotatedECG >')],
    ['a DOCTYPE with an internal subset', utf8('<!DOCTYPE a [<!ENTITY b "c">]><AnnotatedECG>')],
    ['a long comment', utf8(`<!--${' <b>'.repeat(10_000)}--><AnnotatedECG>`)],
    ['a byte order mark', concat([0xef, 0xbb, 0xbf], utf8('<AnnotatedECG>'))],
    ['UTF-16', utf16le(declared('UTF-16', '<AnnotatedECG>'))],
  ])('sees AnnotatedECG behind %s', (_name, bytes) => {
    expect(rootLocalName(bytes)).toBe('AnnotatedECG');
  });

  it.each([
    ['another document', utf8('<RestingECG><AnnotatedECG/></RestingECG>')],
    ['JSON that quotes one', utf8('{"content": "<AnnotatedECG>"}')],
    ['zeros', new Uint8Array(200)],
    ['nothing', new Uint8Array(0)],
    ['a root too far down', utf8(`<!--${' '.repeat(70_000)}--><AnnotatedECG>`)],
    ['comments without end', utf8('<!--'.repeat(20_000))],
    ['a DOCTYPE without end', utf8(`<!DOCTYPE${' '.repeat(60_000)}`)],
  ])('does not see it in %s', (_name, bytes) => {
    expect(rootLocalName(bytes)).not.toBe('AnnotatedECG');
  });
});
