import { readEcgs } from '../../src/formats/read-ecgs.ts';
import { jsonBytes, LEAD_I, leadComponent, observation } from './fhir/observations.ts';
import { ecgIn, writeAs } from './synthetic-ecg.ts';

const OBSERVATION = observation([leadComponent(LEAD_I, '1000 0')]);
const documentOf = (bytes: Uint8Array, id: string) => ({
  resource: {
    resourceType: 'DocumentReference',
    id,
    content: [{ attachment: { data: Buffer.from(bytes).toString('base64') } }],
  },
});

describe('readEcgs', () => {
  it('reads the one ECG of a file, without a reference', async () => {
    const found = await readEcgs(writeAs('dicom', ecgIn('dicom')));
    expect(found).toMatchObject([{ ecg: { format: 'dicom' } }]);
    expect(found[0]).not.toHaveProperty('reference');
    expect(await readEcgs(jsonBytes(OBSERVATION))).toMatchObject([{ ecg: { format: 'fhir' } }]);
  });

  it('reads each ECG of a container, or says why not', async () => {
    const bundle = {
      resourceType: 'Bundle',
      entry: [
        documentOf(writeAs('aecg', ecgIn('aecg')), 'd1'),
        documentOf(Buffer.from('%PDF-1.7'), 'd2'),
        { resource: OBSERVATION },
      ],
    };
    expect(await readEcgs(jsonBytes(bundle))).toMatchObject([
      { reference: 'DocumentReference/d1', ecg: { format: 'aecg' } },
      { reference: 'DocumentReference/d2', error: { code: 'FORMAT_UNSUPPORTED' } },
      { reference: 'Observation/o1', ecg: { format: 'fhir' } },
    ]);
  });

  it('refuses a container of more ECGs, and a document of more renditions, than anybody sends', async () => {
    const manyOf = (count: number) =>
      Array.from({ length: count }, (_, index) => documentOf(new Uint8Array(), `${index}`));
    const bundle = { resourceType: 'Bundle', entry: manyOf(1001) };
    expect(await readEcgs(jsonBytes(bundle))).toMatchObject([{ error: { code: 'SOURCE_TOO_LARGE' } }]);
    const crowd = { resourceType: 'Bundle', entry: Array(5001).fill({ resource: OBSERVATION }) };
    expect(await readEcgs(jsonBytes(crowd))).toMatchObject([{ error: { code: 'SOURCE_TOO_LARGE' } }]);
    const { content } = documentOf(new Uint8Array(), 'd1').resource;
    const document = { resourceType: 'DocumentReference', content: Array(101).fill(content[0]) };
    expect(await readEcgs(jsonBytes(document))).toMatchObject([{ error: { code: 'SOURCE_TOO_LARGE' } }]);
  });

  it('says why there is none', async () => {
    const codes = async (bytes: Uint8Array) =>
      (await readEcgs(bytes)).map((found) => ('error' in found ? found.error.code : found.ecg.format));
    expect(await codes(new Uint8Array())).toEqual(['FORMAT_UNSUPPORTED']);
    expect(await codes(Buffer.from('{"resourceType":"Bundle"'))).toEqual(['SOURCE_INVALID']);
    expect(await codes(jsonBytes({ resourceType: 'Patient' }))).toEqual(['NO_WAVEFORM']);
    expect(await codes(jsonBytes({ ...OBSERVATION, status: 'entered-in-error' }))).toEqual(['SOURCE_INVALID']);
  });
});
