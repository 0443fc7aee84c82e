import { ecgSources } from '../../../src/formats/fhir/ecg-sources.ts';
import { LEAD_I, leadComponent, mdc, observation, quantityComponent } from './observations.ts';

const ECG = observation([leadComponent(LEAD_I, '1000 0')]);
const SUBJECT = { reference: 'Patient/p1' };

const documentReference = (attachment: object, changes: object = {}) => ({
  resourceType: 'DocumentReference',
  id: 'dr1',
  status: 'current',
  subject: SUBJECT,
  date: '2024-03-01T10:20:00Z',
  content: [{ attachment }],
  ...changes,
});
const bundle = (...resources: readonly object[]) => ({
  resourceType: 'Bundle',
  type: 'searchset',
  entry: resources.map((resource) => ({ resource })),
});
const refusalOf = (resource: unknown) =>
  ecgSources(resource).map(({ content }) => (content.kind === 'refused' ? content.error.code : content.kind));

describe('ecgSources lists', () => {
  it('an Observation with the waveform of an ECG', () => {
    expect(ecgSources(ECG)).toEqual([
      {
        reference: 'Observation/o1',
        subject: 'Patient/p1',
        recordedAt: '2024-03-01T10:15:00+01:00',
        content: { kind: 'observation', observation: ECG },
      },
    ]);
  });

  it('an ECG whose leads cannot be told, so that reading it says so', () => {
    expect(ecgSources(observation([leadComponent({ text: 'channel 1' }, '1')]))).toHaveLength(1);
  });

  it('a malformed Observation with SampledData, so that reading it says so', () => {
    expect(ecgSources(observation([leadComponent(LEAD_I, '1', { period: 'x' })]))).toHaveLength(1);
    expect(ecgSources(observation([], { component: 5 }))).toEqual([]);
  });

  it('the renditions of a DocumentReference as one source, dated by its context', () => {
    const content = [{ attachment: { url: 'Binary/pdf' } }, { attachment: { url: 'Binary/xml', size: '12' } }, {}];
    const context = { period: { start: '2024-03-01T10:15:00Z' } };
    expect(ecgSources(documentReference({}, { content, context }))).toMatchObject([
      {
        reference: 'DocumentReference/dr1',
        subject: 'Patient/p1',
        recordedAt: '2024-03-01T10:15:00Z',
        content: { kind: 'attachments', attachments: [{ url: 'Binary/pdf' }, { url: 'Binary/xml', size: 12 }] },
      },
    ]);
  });

  it('a DocumentReference of R5, where context is something else', () => {
    const r5 = { context: [{ reference: 'Encounter/1' }], period: { start: '2024-03-01' } };
    expect(ecgSources(documentReference({ data: 'AA==' }, r5))).toMatchObject([{ recordedAt: '2024-03-01' }]);
  });

  it('a Binary and an R4 Media', () => {
    expect(ecgSources({ resourceType: 'Binary', id: 'b1', contentType: 'text/xml', data: 'AA==' })).toMatchObject([
      { reference: 'Binary/b1', content: { attachments: [{ data: 'AA==' }] } },
    ]);
    const media = { resourceType: 'Media', id: 'm1', subject: SUBJECT, createdDateTime: '2024', content: { url: 'x' } };
    expect(ecgSources(media)).toMatchObject([{ reference: 'Media/m1', subject: 'Patient/p1', recordedAt: '2024' }]);
  });

  it('what a DiagnosticReport presents, contains, and refers to', () => {
    const report = {
      resourceType: 'DiagnosticReport',
      id: 'r1',
      subject: SUBJECT,
      effectiveDateTime: '2024-03-01',
      presentedForm: [{ data: 'AA==' }],
      contained: [
        { ...ECG, subject: undefined },
        { resourceType: 'Bundle', entry: [{ resource: ECG }] },
      ],
      media: [{ link: { reference: 'Media/m1' } }],
      result: [{ reference: 'Observation/o1' }, { reference: '#o2' }, { display: 'none' }],
    };
    expect(ecgSources(report)).toMatchObject([
      { reference: 'DiagnosticReport/r1', recordedAt: '2024-03-01', content: { kind: 'attachments' } },
      { reference: 'DiagnosticReport/r1', subject: 'Patient/p1', content: { kind: 'observation' } },
      { reference: 'Media/m1', subject: 'Patient/p1', content: { kind: 'reference' } },
      { reference: 'Observation/o1', content: { kind: 'reference' } },
    ]);
    const withEntries = bundle(report, ECG, { resourceType: 'Media', id: 'm1', content: { url: 'x' } });
    expect(ecgSources(withEntries).map(({ content }) => content.kind)).toEqual([
      'attachments',
      'observation',
      'observation',
      'attachments',
    ]);
  });
});

describe('ecgSources leaves out', () => {
  it.each([
    ['Observations that are no waveform', observation([quantityComponent({ text: 'ECG heart rate' }, 60, '/min')])],
    ['waveforms that are no ECG', observation([leadComponent(mdc('150452'), '1')], { code: { text: 'SpO2' } })],
    ['an accelerometer', observation([leadComponent({ text: 'X' }, '1')], { code: { text: 'Movement' } })],
    ['an Observation entered in error', { ...ECG, status: 'entered-in-error' }],
    ['a DocumentReference entered in error', documentReference({ url: 'x' }, { status: 'entered-in-error' })],
    ['a DocumentReference that another has replaced', documentReference({ url: 'x' }, { status: 'superseded' })],
    ['a document entered in error', documentReference({ url: 'x' }, { docStatus: 'entered-in-error' })],
    ['attachments without bytes', documentReference({ title: 'ECG' })],
    ['other resources', { resourceType: 'Patient', id: 'p1' }],
    ['an OperationOutcome in a Bundle', bundle({ resourceType: 'OperationOutcome', issue: [] })],
    ['entries without a resource', { resourceType: 'Bundle', entry: [{ fullUrl: 'x' }, null, 5] }],
    ['what is no resource', [ECG]],
    ['nothing', undefined],
  ])('%s', (_, resource) => expect(ecgSources(resource)).toEqual([]));
});

describe('ecgSources of a Bundle', () => {
  const binary = { resourceType: 'Binary', id: 'b1', data: 'QUJD' };

  it('gives an attachment the bytes of the Binary it points at, which is no source then', () => {
    const [source, ...others] = ecgSources(bundle(documentReference({ url: 'Binary/b1', size: 3 }), binary));
    expect(others).toEqual([]);
    expect(source).toMatchObject({ content: { attachments: [{ url: 'Binary/b1', size: 3, data: 'QUJD' }] } });
  });

  it('resolves by full URL, but never a URL of another server', () => {
    const entry = (url: string) => ({
      resourceType: 'Bundle',
      entry: [
        { resource: documentReference({ url }) },
        { fullUrl: 'urn:uuid:1', resource: { ...binary, id: undefined } },
      ],
    });
    expect(ecgSources(entry('urn:uuid:1'))).toMatchObject([{ content: { attachments: [{ data: 'QUJD' }] } }]);
    const [elsewhere, loneBinary] = ecgSources(entry('https://elsewhere.example/Binary/b1'));
    expect(elsewhere?.content).toEqual({
      kind: 'attachments',
      attachments: [expect.objectContaining({ data: undefined })],
    });
    expect(loneBinary?.reference).toBe('urn:uuid:1');
  });

  it('resolves relative URLs on the server that the resource came from', () => {
    const entries = (binaryServer: string) => ({
      resourceType: 'Bundle',
      entry: [
        {
          fullUrl: 'https://one.example/fhir/DocumentReference/dr1',
          resource: documentReference({ url: 'Binary/b1' }),
        },
        { fullUrl: `${binaryServer}/Binary/b1`, resource: binary },
      ],
    });
    const [same, ...others] = ecgSources(entries('https://one.example/fhir'));
    expect(same).toMatchObject({ content: { attachments: [{ data: 'QUJD' }] } });
    expect(others).toEqual([]);
    const [another, binaryOfAnother] = ecgSources(entries('https://two.example/fhir'));
    expect(another).toMatchObject({ content: { attachments: [{ data: undefined }] } });
    expect(binaryOfAnother?.reference).toBe('Binary/b1');
  });

  it('resolves a Binary contained in the DocumentReference', () => {
    const contained = [binary];
    expect(ecgSources(documentReference({ url: '#b1' }, { contained }))).toMatchObject([
      { content: { attachments: [{ data: 'QUJD' }] } },
    ]);
  });

  it('looks into nested Bundles to a depth of three', () => {
    expect(ecgSources(bundle(bundle(bundle(ECG))))).toMatchObject([{ reference: 'Observation/o1' }]);
    expect(refusalOf(bundle(bundle(bundle(bundle(ECG)))))).toEqual(['SOURCE_TOO_LARGE']);
  });

  it('lists a malformed resource as refused, and the others as usual', () => {
    expect(refusalOf(bundle(documentReference({ url: 5 }), ECG))).toEqual(['SOURCE_INVALID', 'observation']);
    expect(refusalOf({ resourceType: 'Bundle', entry: {} })).toEqual(['SOURCE_INVALID']);
  });
});
