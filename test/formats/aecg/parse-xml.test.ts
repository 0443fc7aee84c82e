import { parseXml as parseBytes } from '../../../src/formats/aecg/parse-xml.ts';
import { childAt, descendantsOf, type XmlElement } from '../../../src/formats/aecg/xml-element.ts';

const MIB = 1024 * 1024;
const parseXml = (text: string): XmlElement => parseBytes(Buffer.from(text));
const digitsOf = (text: string): readonly string[] =>
  descendantsOf(parseXml(text), 'digits').map(({ digits = '' }) => digits.toString());
const attributesOf = (element: XmlElement | undefined): Record<string, string> =>
  Object.fromEntries(element?.attributes ?? []);

describe('parseXml', () => {
  it('gives elements by local name and drops prefixed attributes', () => {
    const root = parseXml('<h:a xmlns:h="urn:x" type="T" xsi:type="h:U"><h:b code="c"/></h:a>');
    expect(root.name).toBe('a');
    expect(attributesOf(root)).toEqual({ type: 'T' });
    expect(attributesOf(childAt(root, 'b'))).toEqual({ code: 'c' });
  });

  it('resolves predefined entities and character references once, in text and attributes', () => {
    const root = parseXml('<a b="&quot;&#233;&#x6D4B;">&lt;&amp;lt;&gt;&apos;</a>');
    expect(attributesOf(root)).toEqual({ b: '"é测' });
    expect(root.text).toBe("<&lt;>'");
  });

  it('joins text around comments, instructions and CDATA', () => {
    expect(parseXml('<a>1<!-- <b> -->2<?p <c>?>3<![CDATA[<&4>]]></a>').text).toBe('123<&4>');
  });

  it('keeps each digits element its own text, whatever stands in it', () => {
    const text =
      '<a><x:digits>1 2</x:digits><digits/><digits a="1">\n3\t<!-- 9 -->4 <![CDATA[5 6]]>&#32;7</digits><digits></digits></a>';
    expect(digitsOf(text)).toEqual(['1 2', '', '\n3\t4 5 6 7', '']);
  });

  it('does not take digits in comments or in CDATA for elements', () => {
    expect(
      digitsOf('<a><!-- <digits>8</digits> --><b><![CDATA[<digits>9</digits>]]></b><digits>1</digits></a>'),
    ).toEqual(['1']);
  });

  it('allows a DOCTYPE without an internal subset', () => {
    expect(parseXml('<!DOCTYPE a PUBLIC "-//X" "file:///etc/passwd"><a/>').name).toBe('a');
  });

  it.each([
    ['an unclosed root', '<a><b></b>'],
    ['elements that cross', '<a><b></a></b>'],
    ['two roots', '<a/><b/>'],
    ['text after the root', '<a/>b'],
    ['a bare ampersand', '<a>b & c</a>'],
    ['an undefined entity', '<a>&b;</a>'],
    ['an undefined entity in digits', '<a><digits>&b;</digits></a>'],
    ['a reference to no character', '<a>&#x110000;</a>'],
    ['an attribute twice', '<a b="1" b="2"/>'],
    ['an unclosed comment after the root', '<a/><!-- '],
    ['an unclosed tag', '<a b="1'],
    ['an element in digits', '<a><digits>1 <b/> 2</digits></a>'],
    ['an element named to pollute prototypes', '<a><__proto__/></a>'],
    ['an entity declaration', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['a parameter entity', '<!DOCTYPE a [<!ENTITY % b SYSTEM "file:///etc/passwd"> %b;]><a/>'],
    ['a declaration inside the root', '<a><!ENTITY b "c"></a>'],
    ['nothing at all', ''],
  ])('refuses %s', (_name, text) => {
    expect(() => parseXml(text)).toThrow(expect.objectContaining({ name: 'EcgError', code: 'SOURCE_INVALID' }));
  });

  it.each([
    ['a hundred thousand levels', '<a>'.repeat(100_000)],
    ['too many elements', `<a>${'<b/>'.repeat(25_001)}</a>`],
    ['too many comments', `<a>${'<!---->'.repeat(100_001)}</a>`],
    ['too many pieces of digits', `<a><digits>${'1 <!-- -->'.repeat(50_001)}</digits></a>`],
    ['megabytes of references in digits', `<a><digits>${'&#49; '.repeat(200_000)}</digits></a>`],
    ['a huge attribute', `<a b="${'x'.repeat(5 * MIB)}"/>`],
    ['a huge tag', `<a ${'b="1" '.repeat(20_000)}/>`],
    ['much text outside digits', `<a>${'x'.repeat(5 * MIB)}</a>`],
  ])('refuses %s before it is parsed', (_name, text) => {
    expect(() => parseXml(text)).toThrow(expect.objectContaining({ code: 'SOURCE_TOO_LARGE' }));
  });

  it.each([
    ['references', '&amp;'],
    ['ampersands', '&'],
    ['comment openings', '<!--'],
    ['CDATA openings', '<![CDATA['],
    ['instruction openings', '<?'],
    ['quotes', '<a b="'],
  ])('refuses a million %s in digits without ado', (_name, piece) => {
    expect(() => parseXml(`<a><digits>${piece.repeat(1_000_000)}`)).toThrow(
      expect.objectContaining({ name: 'EcgError' }),
    );
  });
});
