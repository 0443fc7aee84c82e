import { FORMATS, readEcg } from '../../src/formats/index.ts';
import { errorCodeOf } from './error-code.ts';
import { jsonBytes, LEAD_I, leadComponent, observation } from './fhir/observations.ts';
import { ecgIn, writeAs } from './synthetic-ecg.ts';

describe('FORMATS', () => {
  it.each(FORMATS)('has $name, which alone sniffs what is written in it', ({ name }) => {
    const bytes = writeAs(name, ecgIn(name));
    expect(FORMATS.filter(({ sniff }) => sniff(bytes)).map((format) => format.name)).toEqual([name]);
  });
});

describe('readEcg', () => {
  it.each(FORMATS)('reads $name by its content', ({ name }) => {
    expect(readEcg(writeAs(name, ecgIn(name))).format).toBe(name);
  });

  it('refuses what is no ECG, and says what it looks like', () => {
    expect(errorCodeOf(() => readEcg(new Uint8Array()))).toBe('FORMAT_UNSUPPORTED');
    expect(() => readEcg(Buffer.from('%PDF-1.7'))).toThrow('a PDF');
  });

  it('refuses a container, whose ECGs have to be told apart', () => {
    expect(errorCodeOf(() => readEcg(jsonBytes({ resourceType: 'Bundle', entry: [] })))).toBe('NO_WAVEFORM');
  });

  it('leaves the bytes as they were', () => {
    const bytes = jsonBytes(observation([leadComponent(LEAD_I, '1000 0')]));
    const before = Uint8Array.from(bytes);
    readEcg(bytes);
    expect(Uint8Array.from(bytes)).toEqual(before);
  });
});
