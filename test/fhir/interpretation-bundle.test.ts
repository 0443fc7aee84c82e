import type { Bundle, Observation, Resource } from 'fhir/r4';
import { interpretationBundle } from '../../src/fhir/interpretation-bundle.ts';
import { ECG_SEARCHES } from '../../src/fhir/patient-ecgs.ts';
import { finding, manifest, REPORT_INPUTS, reportInput } from './report-inputs.ts';
import { faultsOf, loadDefinitions } from './validate-resource.ts';

const URN = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('an interpretation bundle', () => {
  beforeAll(loadDefinitions);

  it.each(Object.entries(REPORT_INPUTS))('is valid FHIR R4 for %s', (_name, input) => {
    const bundle = interpretationBundle(input);
    expect(resourcesOf(asStored(bundle)).flatMap(faultsOf)).toEqual([]);
    expect(faultsOf(asStored(bundle))).toEqual([]);
    expect(emptyValuesIn(bundle)).toEqual([]);
  });

  it.each(
    (['DocumentReference', 'Observation'] as const).flatMap((type) =>
      Object.entries(REPORT_INPUTS).map(([name, input]) => [type, name, input] as const),
    ),
  )('with a %s in place of the report is valid FHIR R4 for %s', (type, _name, input) => {
    const bundle = interpretationBundle({ ...input, pdf: Uint8Array.of(37, 80, 68, 70) }, type);
    expect(resourcesOf(bundle).map(({ resourceType }) => resourceType)).toEqual(['Device', type, 'Provenance']);
    expect(resourcesOf(asStored(bundle)).flatMap(faultsOf)).toEqual([]);
    expect(emptyValuesIn(bundle)).toEqual([]);
    expect(JSON.stringify(bundle)).not.toMatch(/MRN-1|Doe|Jane|1950/);
  });

  it('carries the report for printing', () => {
    const bundle = interpretationBundle(reportInput({ pdf: Uint8Array.of(37, 80, 68, 70) }));
    expect(resourcesOf(asStored(bundle)).flatMap(faultsOf)).toEqual([]);
    expect(resourcesOf(bundle)).toContainEqual(
      expect.objectContaining({ presentedForm: [expect.objectContaining({ data: 'JVBERg==', size: 4 })] }),
    );
  });

  it('notices a resource that is not valid', () => {
    expect(faultsOf({ resourceType: 'DiagnosticReport', status: 'preliminary' })).not.toEqual([]);
  });

  it('holds the device, one observation per finding and one of the measurements, the report and its provenance', () => {
    const types = resourcesOf(
      interpretationBundle(REPORT_INPUTS['left bundle branch block beside a downgraded infarct'] ?? reportInput()),
    );
    expect(types.map(({ resourceType }) => resourceType)).toEqual([
      'Device',
      'Observation',
      'Observation',
      'Observation',
      'DiagnosticReport',
      'Provenance',
    ]);
  });

  it('holds nothing that the searches for ECGs would find: it would push tracings out and be interpreted in turn', () => {
    const ecgCodes = ECG_SEARCHES.Observation.replace('code=', '').split(',');
    const codes = Object.values(REPORT_INPUTS)
      .flatMap((input) => [interpretationBundle(input), interpretationBundle(input, 'Observation')])
      .flatMap(resourcesOf)
      .filter((resource): resource is Observation => resource.resourceType === 'Observation')
      .flatMap(({ code }) => code.coding ?? [])
      .map(({ system, code }) => `${system}|${code}`);
    expect(codes.length).toBeGreaterThan(0);
    expect(codes.filter((code) => ecgCodes.includes(code))).toEqual([]);
  });

  it('creates every resource only where it is not there yet', () => {
    for (const { request, resource } of interpretationBundle(reportInput()).entry ?? []) {
      expect(request?.method).toBe('POST');
      expect(request?.url).toBe(resource?.resourceType);
      expect(request?.ifNoneExist).toMatch(/^(identifier|_tag)=urn:oid:2\.25\.\d+\.\d+\|[0-9a-f]{64}$/);
    }
  });

  it('searches by what the resource itself carries', () => {
    for (const { request, resource } of interpretationBundle(reportInput()).entry ?? []) {
      const [, value] = request?.ifNoneExist?.split('|') ?? [];
      expect(JSON.stringify(resource)).toContain(`"${value}"`);
    }
  });

  it('refers only to entries of its own, to the patient and to the sources', () => {
    const bundle = interpretationBundle(reportInput());
    const known = new Set([...(bundle.entry ?? []).map(({ fullUrl }) => fullUrl), 'Patient/p1', 'Observation/o1']);
    const references = [...JSON.stringify(bundle).matchAll(/"reference":"([^"]+)"/g)].map(([, reference]) => reference);
    expect(references.length).toBeGreaterThan(5);
    expect(references.filter((reference) => !known.has(reference))).toEqual([]);
    expect((bundle.entry ?? []).filter(({ fullUrl }) => !URN.test(fullUrl ?? ''))).toEqual([]);
  });

  it('is the same for the same reading', () => {
    expect(interpretationBundle(reportInput())).toEqual(interpretationBundle(reportInput()));
  });

  it.each([
    ['tracing', { ecgIdentity: '1'.repeat(64) }],
    ['model', { manifest: manifest({ name: 'other' }) }],
    ['model version', { manifest: manifest({ version: '1.0.1' }) }],
    ['pipeline version', { pipelineVersion: '2' }],
  ])('names another reading for another %s', (_what, change) => {
    const [before, after] = [reportInput(), reportInput(change)].map((input) =>
      conditionsOf(interpretationBundle(input)).filter(isOfReading),
    );
    expect(after).toHaveLength(3);
    expect(after?.filter((condition) => before?.includes(condition))).toEqual([]);
  });

  it('is of one report for every model that reads the tracing', () => {
    const [first, second, other] = [
      reportInput(),
      reportInput({ manifest: manifest({ name: 'other' }), pipelineVersion: '2' }),
      reportInput({ ecgIdentity: '1'.repeat(64) }),
    ].map((input) => conditionsOf(interpretationBundle(input)).find((each) => each?.startsWith('DiagnosticReport')));
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  it('shares the device among reports of one model and no other', () => {
    const device = (bundle: Bundle) => conditionsOf(bundle)[0];
    const first = device(interpretationBundle(reportInput()));
    expect(device(interpretationBundle(reportInput({ ecgIdentity: '1'.repeat(64), subject: 'Patient/p2' })))).toBe(
      first,
    );
    const otherWeights = manifest({ onnx: { file: 'model.onnx', sha256: 'c'.repeat(64), bytes: 1 } });
    expect(device(interpretationBundle(reportInput({ manifest: otherWeights })))).not.toBe(first);
  });

  it('marks everything the model says as asserted by AI, and as a test where nobody should act on it', () => {
    const labels = (trust: 'official' | 'site' | 'stand-in' | 'untrained') =>
      resourcesOf(interpretationBundle(reportInput({ manifest: manifest({ trust }) }))).map(({ meta }) =>
        (meta?.security ?? []).map(({ code }) => code).join(),
      );
    expect(labels('official')).toEqual(['', 'AIAST', 'AIAST', 'AIAST', 'AIAST']);
    expect(labels('site')).toEqual(['', 'AIAST', 'AIAST', 'AIAST', 'AIAST']);
    expect(labels('stand-in')).toEqual(['', 'AIAST,HTEST', 'AIAST,HTEST', 'AIAST,HTEST', 'AIAST,HTEST']);
    expect(labels('untrained')).toEqual(['', 'AIAST,HTEST', 'AIAST,HTEST', 'AIAST,HTEST', 'AIAST,HTEST']);
  });

  it('carries nothing of the patient but the reference', () => {
    expect(JSON.stringify(interpretationBundle(reportInput()))).not.toMatch(/MRN-1|Doe|Jane|1950/);
  });

  it('keeps two findings of one report apart', () => {
    const findings = [finding(), finding({ index: 6 })];
    const { entry } = interpretationBundle(
      reportInput({ interpretation: { findings, suppressed: [], sentence: 'x', overReadReasons: [] } }),
    );
    expect(new Set(entry?.map(({ fullUrl }) => fullUrl)).size).toBe(6);
  });
});

/** With the references a server gives its entries; the validator takes a `urn:` for a type it does not know. */
function asStored(bundle: Bundle): Bundle {
  const text = (bundle.entry ?? []).reduce(
    (json, { fullUrl = '', resource }) =>
      json.replaceAll(`"reference":"${fullUrl}"`, `"reference":"${resource?.resourceType}/${fullUrl.slice(9)}"`),
    JSON.stringify(bundle),
  );
  return JSON.parse(text);
}

function resourcesOf(bundle: Bundle): Resource[] {
  return (bundle.entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [resource]));
}

function conditionsOf(bundle: Bundle): (string | undefined)[] {
  return (bundle.entry ?? []).map(({ request }) => `${request?.url}?${request?.ifNoneExist}`);
}

function isOfReading(condition: string | undefined): boolean {
  return /^(Observation|Provenance)/.test(condition ?? '');
}

/** FHIR JSON has no null, no empty string, list or object (R4 2.6.2). */
function emptyValuesIn(value: unknown, path = ''): string[] {
  if (value === null || value === undefined || value === '') return [path];
  if (typeof value !== 'object') return [];
  const members = Object.entries(value);
  return members.length === 0 ? [path] : members.flatMap(([name, member]) => emptyValuesIn(member, `${path}.${name}`));
}
