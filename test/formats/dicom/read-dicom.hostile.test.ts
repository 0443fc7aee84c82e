import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { EcgError } from '../../../src/errors.ts';
import { readDicom } from '../../../src/formats/dicom/read-dicom.ts';
import { body, dicomFile, ecgDataSet, metaInformation, type TestDataSet, type TestEncoding } from './build-dicom.ts';

const SYNTAXES = ['implicit', 'explicit', 'deflated', 'bigEndian'] as const;
const EXPLICIT = { syntax: 'explicit' } as const;

const small = (encoding: TestEncoding): Uint8Array =>
  dicomFile(
    ecgDataSet(
      [
        {
          counts: [
            [1, -2],
            [3, -4],
          ],
          more: [['x003a0020', 'SH', 'RHYTHM']],
        },
      ],
      [['x00100010', 'PN', 'Test^A']],
    ),
    encoding,
  );

/** What comes of the bytes: the recording, or the code of an EcgError; anything else is thrown on. */
function outcome(bytes: Uint8Array): unknown {
  try {
    return readDicom(bytes);
  } catch (error) {
    if (error instanceof EcgError) return error.code;
    throw error;
  }
}

const withPreamble = (...parts: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat([new Uint8Array(128), Buffer.from('DICM'), ...parts]);

describe('A truncated DICOM file', () => {
  const encodings = SYNTAXES.flatMap((syntax) => [{ syntax }, { syntax, undefinedLength: true }]);

  it.each(encodings)('gives an EcgError at every byte (%p)', (encoding) => {
    const whole = small(encoding);
    for (let length = 0; length < whole.length; length += 1)
      expect(typeof outcome(whole.subarray(0, length))).toBe('string');
    expect(outcome(whole)).toEqual(readDicom(small(EXPLICIT)));
  });

  it('gives an EcgError at every byte without preamble and file meta information', () => {
    for (const syntax of ['implicit', 'explicit'] as const) {
      const whole = body(ecgDataSet([{ counts: [[1, 2]] }]), { syntax });
      for (let length = 0; length < whole.length; length += 1)
        expect(typeof outcome(whole.subarray(0, length))).toBe('string');
    }
  });
});

describe('A damaged DICOM file', () => {
  it.each(SYNTAXES)('of %s gives a recording or an EcgError, whatever bytes are changed', (syntax) => {
    const whole = small({ syntax });
    const change = fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const damaged = Uint8Array.from(whole);
        for (const [place, byte] of changes) damaged[place] = byte;
        outcome(damaged);
      }),
      { seed: 4711, numRuns: 2000 },
    );
  });

  it('gives an EcgError or a recording for arbitrary bytes after the preamble', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...SYNTAXES), (bytes, syntax) => {
        outcome(withPreamble(bytes));
        outcome(withPreamble(metaInformation({ syntax }), bytes));
      }),
      { seed: 4711, numRuns: 1000 },
    );
  });
});

describe('A hostile DICOM file', () => {
  it.each(['explicit', 'implicit', 'bigEndian'] as const)('nested without end in %s is refused', (syntax) => {
    let level: TestDataSet = [];
    for (let depth = 0; depth < 3; depth += 1) level = [['x00081140', 'SQ', [level]]];
    const opening = body(level, { syntax, undefinedLength: true });
    const head = opening.subarray(0, opening.length / 2);
    const nested = withPreamble(
      metaInformation({ syntax }),
      body([['x00080005', 'CS', 'GBK']], { syntax }),
      ...new Array(20_000).fill(head),
    );
    expect(outcome(nested)).toBe('SOURCE_INVALID');
  });

  it('nested without end in a sequence of unknown VR is refused', () => {
    const item = Buffer.from('feff00e0ffffffff', 'hex');
    const sequence = Buffer.from('08004011ffffffff', 'hex');
    const deep = Buffer.concat(new Array(50_000).fill(Buffer.concat([item, sequence])));
    expect(
      outcome(
        dicomFile(
          [
            ['x00080005', 'CS', 'GBK'],
            ['x54000100', 'UN', deep],
          ],
          EXPLICIT,
        ),
      ),
    ).toBe('SOURCE_INVALID');
  });

  it('of millions of elements is refused before they take the memory', () => {
    const empty = body([['x00080005', 'CS', '']], EXPLICIT);
    const many = Buffer.alloc(empty.length * 1_000_000);
    many.fill(empty);
    expect(outcome(withPreamble(metaInformation(EXPLICIT), many))).toBe('SOURCE_TOO_LARGE');
  });

  it('that inflates to a hundred times its size is refused', () => {
    const bomb = deflateRawSync(new Uint8Array(30 * 2 ** 20));
    expect(bomb.length).toBeLessThan(2 ** 16);
    expect(outcome(withPreamble(metaInformation({ syntax: 'deflated' }), bomb))).toBe('SOURCE_TOO_LARGE');
  });

  it('that hides a second deflated file in a data set is not inflated again', () => {
    const inner = dicomFile(ecgDataSet([{ counts: [[1]] }]), { syntax: 'deflated' });
    expect(outcome(withPreamble(metaInformation(EXPLICIT), inner))).toMatch(/^SOURCE|^NO_WAVEFORM/);
  });

  it('with a text without end is refused', () => {
    const name: TestDataSet = [['x00100010', 'UT', 'x'.repeat(50_000)]];
    expect(outcome(dicomFile(ecgDataSet([{ counts: [[1]] }], name), EXPLICIT))).toBe('SOURCE_TOO_LARGE');
  });
});
