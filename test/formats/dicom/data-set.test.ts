import { type DataSet, readBytes, readDecimal, readItems } from '../../../src/formats/dicom/data-set.ts';

const dataSet = (vr: string, text: string, length = text.length): DataSet => ({
  elements: { x00100020: { tag: 'x00100020', vr, dataOffset: 0, length } },
  bytes: Buffer.from(text),
  littleEndian: true,
  decodeText: (bytes) => Buffer.from(bytes).toString('latin1'),
});

describe('An element of a DICOM data set', () => {
  it('is refused where its value reaches beyond the data set', () => {
    expect(() => readBytes(dataSet('LO', 'abc', 4), 'x00100020')).toThrow(
      expect.objectContaining({ code: 'SOURCE_INVALID' }),
    );
  });

  it('has no items where it is absent or no sequence', () => {
    expect(readItems(dataSet('OB', '0123456789'), 'x00100020')).toEqual([]);
    expect(readItems(dataSet('OB', '0123456789'), 'x00100030')).toEqual([]);
  });

  it.each([
    [' 1.5 ', 1.5],
    ['-.5e1', -5],
    ['+2.', 2],
    ['  ', undefined],
  ])('reads the decimal "%s" as %s', (text, value) => {
    expect(readDecimal(dataSet('DS', text), 'x00100020')).toBe(value);
  });

  it.each(['1,5', 'NaN', 'Infinity', '0x10', '1 2', '1\\2', '1e999'])('refuses the decimal "%s"', (text) => {
    expect(() => readDecimal(dataSet('DS', text), 'x00100020')).toThrow(
      expect.objectContaining({ code: 'SOURCE_INVALID' }),
    );
  });
});
