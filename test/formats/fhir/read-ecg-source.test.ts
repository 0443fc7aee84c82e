import { createHash } from 'node:crypto';
import type { Ecg } from '../../../src/ecg/ecg.ts';
import { EcgError } from '../../../src/errors.ts';
import type { Attachment } from '../../../src/formats/fhir/container-schema.ts';
import { type EcgSource, readEcgSource } from '../../../src/formats/fhir/ecg-sources.ts';
import { jsonBytes, LEAD_I, leadComponent, observation } from './observations.ts';

const ECG = observation([leadComponent(LEAD_I, '1000 0')]);
const ECG_BYTES = jsonBytes(ECG);
const PDF = Buffer.from('%PDF-1.7 \0');
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

const sourceOf = (...attachments: Attachment[]): EcgSource => ({
  reference: 'DocumentReference/dr1',
  content: { kind: 'attachments', attachments },
});
const readInline = (bytes: Uint8Array, stated: Attachment = {}) =>
  readEcgSource(sourceOf({ ...stated, data: base64(bytes) }));
const never = async (): Promise<Uint8Array> => {
  throw new Error('not to be fetched');
};
const codeOf = (reading: Promise<Ecg>) =>
  reading.then(
    () => 'none',
    (error: unknown) => (error instanceof EcgError ? error.code : Promise.reject(error)),
  );

describe('readEcgSource', () => {
  it('reads an Observation, and inline bytes whatever their content type says', async () => {
    const ofObservation = await readEcgSource({ reference: '', content: { kind: 'observation', observation: ECG } });
    expect(ofObservation.leads).toHaveLength(1);
    expect(await readInline(ECG_BYTES, { contentType: 'application/pdf' })).toEqual(ofObservation);
  });

  it('prefers inline bytes to a url', async () => {
    const source = sourceOf({ data: base64(ECG_BYTES), url: 'Binary/b1' });
    expect((await readEcgSource(source, never)).leads).toHaveLength(1);
  });

  it('fetches by url, raw or as a Binary in JSON, and checks what is in it', async () => {
    const source = sourceOf({ url: 'Binary/b1', size: ECG_BYTES.length });
    const fetched: string[] = [];
    const fetchBinary = async (url: string) => {
      fetched.push(url);
      return fetched.length === 1 ? ECG_BYTES : jsonBytes({ resourceType: 'Binary', data: base64(ECG_BYTES) });
    };
    expect(await readEcgSource(source, fetchBinary)).toEqual(await readEcgSource(source, fetchBinary));
    expect(fetched).toEqual(['Binary/b1', 'Binary/b1']);
  });

  it('accepts the stated size and SHA-1 in base64 or hexadecimal, and base64 in lines', async () => {
    const sha1 = createHash('sha1').update(ECG_BYTES);
    const hash = sha1.copy().digest('base64');
    expect(await codeOf(readInline(ECG_BYTES, { size: ECG_BYTES.length, hash }))).toBe('none');
    expect(await codeOf(readInline(ECG_BYTES, { hash: sha1.digest('hex').toUpperCase() }))).toBe('none');
    const lines = base64(ECG_BYTES).replace(/.{76}/g, '$&\r\n');
    expect(await codeOf(readEcgSource(sourceOf({ data: lines })))).toBe('none');
  });

  it.each<[string, string, EcgSource]>([
    ['another size than stated', 'SOURCE_INVALID', sourceOf({ data: base64(ECG_BYTES), size: 3 })],
    [
      'another hash than stated',
      'SOURCE_INVALID',
      sourceOf({ data: base64(ECG_BYTES), hash: base64(Buffer.alloc(20)) }),
    ],
    ['more than 64 MiB', 'SOURCE_TOO_LARGE', sourceOf({ data: 'A'.repeat(100 * 1024 * 1024) })],
    ['data that is not base64', 'SOURCE_INVALID', sourceOf({ data: 'AAAA*AAA' })],
    ['base64 that is cut off', 'SOURCE_INVALID', sourceOf({ data: 'AAAAA' })],
    ['base64 that goes on after its end', 'SOURCE_INVALID', sourceOf({ data: 'AA==AAAA' })],
    ['base64 of padding', 'SOURCE_INVALID', sourceOf({ data: 'A===' })],
    ['base64 for URLs', 'SOURCE_INVALID', sourceOf({ data: 'AA-_' })],
    ['a text report', 'NO_WAVEFORM', sourceOf({ data: base64(Buffer.from('Sinus rhythm.\nNormal ECG.')) })],
    ['a PDF', 'FORMAT_UNSUPPORTED', sourceOf({ data: base64(PDF) })],
    ['an empty attachment', 'FORMAT_UNSUPPORTED', sourceOf({ data: '' })],
    ['a resource that is only referred to', 'NO_WAVEFORM', { reference: 'Media/1', content: { kind: 'reference' } }],
    ['a url without a way to fetch', 'NO_WAVEFORM', sourceOf({ url: 'Binary/b1' })],
    [
      'a malformed resource',
      'SOURCE_INVALID',
      { reference: '', content: { kind: 'refused', error: new EcgError('SOURCE_INVALID', '') } },
    ],
  ])('refuses %s', async (_, code, source) => expect(await codeOf(readEcgSource(source))).toBe(code));

  it('refuses a fetched Binary without data and an OperationOutcome in place of a Binary', async () => {
    const fetched = (resource: object) =>
      codeOf(readEcgSource(sourceOf({ url: 'x' }), async () => jsonBytes(resource)));
    expect(await fetched({ resourceType: 'Binary' })).toBe('NO_WAVEFORM');
    expect(await fetched({ resourceType: 'OperationOutcome' })).toBe('NO_WAVEFORM');
  });

  it('names where bytes are without the secrets a url may carry', async () => {
    const source = sourceOf({ url: 'https://user:pass@fhir.example/tenant/Binary/b1?token=secret' });
    await expect(readEcgSource(source)).rejects.toThrow('the bytes are on the server at Binary/b1;');
  });

  it('passes on what fetching throws', async () => {
    await expect(readEcgSource(sourceOf({ url: 'x' }), never)).rejects.toThrow('not to be fetched');
  });
});

describe('readEcgSource of several renditions', () => {
  const ecg = { data: base64(ECG_BYTES) };
  const pdf = { data: base64(PDF) };
  const broken = { data: base64(ECG_BYTES), size: 1 };

  it('reads the one that is an ECG and does not mention a PDF beside it', async () => {
    const { warnings, leads } = await readEcgSource(sourceOf(pdf, ecg));
    expect(leads).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  it('mentions a rendition that is broken', async () => {
    const { warnings } = await readEcgSource(sourceOf(broken, ecg));
    expect(warnings).toMatchObject([{ code: 'SERIES_CHOSEN', message: expect.stringContaining('SOURCE_INVALID') }]);
  });

  it('says what is broken rather than that a PDF is no ECG', async () => {
    expect(await codeOf(readEcgSource(sourceOf(pdf, broken)))).toBe('SOURCE_INVALID');
    expect(await codeOf(readEcgSource(sourceOf(pdf)))).toBe('FORMAT_UNSUPPORTED');
    expect(await codeOf(readEcgSource(sourceOf(pdf, { url: 'Binary/b1' })))).toBe('NO_WAVEFORM');
  });
});
