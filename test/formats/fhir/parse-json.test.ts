import fc from 'fast-check';
import { looksLikeFhirJson, parseJson } from '../../../src/formats/fhir/parse-json.ts';
import { errorCodeOf } from '../error-code.ts';

const bytes = (text: string) => Buffer.from(text);

describe('looksLikeFhirJson', () => {
  it.each(['{"resourceType":"Observation"}', '\ufeff {"id":"1","resourceType":"Bundle"}', '\r\n\t{ "resourceType" :'])(
    'accepts %j',
    (text) => expect(looksLikeFhirJson(bytes(text))).toBe(true),
  );

  it.each([
    '',
    '   ',
    `${' '.repeat(5000)}{"resourceType":"Bundle"}`,
    '{"a":1}',
    '[{"resourceType":"Bundle"}]',
    '<a>"resourceType"</a>',
  ])('rejects %j', (text) => expect(looksLikeFhirJson(bytes(text))).toBe(false));
});

describe('parseJson', () => {
  it('parses whatever JSON holds, strings with quotes and backslashes included', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        const text = JSON.stringify(value);
        expect(parseJson(bytes(text))).toEqual(JSON.parse(text));
      }),
    );
    expect(parseJson(bytes('\ufeff{"a":"\\\\\\"[{"}'))).toEqual({ a: '\\"[{' });
  });

  it('does not count brackets inside strings as depth', () => {
    expect(parseJson(bytes(JSON.stringify({ text: '['.repeat(1000) })))).toEqual({ text: '['.repeat(1000) });
  });

  it('refuses nesting beyond 64 levels and floods of values before parsing them', () => {
    expect(parseJson(bytes('['.repeat(64) + ']'.repeat(64)))).toHaveLength(1);
    expect(errorCodeOf(() => parseJson(bytes('['.repeat(65) + ']'.repeat(65))))).toBe('SOURCE_TOO_LARGE');
    expect(errorCodeOf(() => parseJson(bytes('{"a":'.repeat(100_000))))).toBe('SOURCE_TOO_LARGE');
    expect(errorCodeOf(() => parseJson(bytes(`[${'{},'.repeat(110_000)}0]`)))).toBe('SOURCE_TOO_LARGE');
  });

  it('refuses more than 16 MiB', () => {
    expect(errorCodeOf(() => parseJson(new Uint8Array(16 * 1024 * 1024 + 1)))).toBe('SOURCE_TOO_LARGE');
  });

  it('refuses truncated JSON and invalid UTF-8 without quoting them', () => {
    const name = '{"name":"Erika Mustermann';
    expect(() => parseJson(bytes(name))).toThrow(/^(?!.*Erika).*not well-formed JSON/);
    expect(errorCodeOf(() => parseJson(Uint8Array.of(0x22, 0xff, 0x22)))).toBe('SOURCE_INVALID');
  });
});
