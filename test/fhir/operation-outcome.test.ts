import { EcgError } from '../../src/errors.ts';
import { httpStatusOf, toOperationOutcome } from '../../src/fhir/operation-outcome.ts';
import { faultsOf, loadDefinitions } from './validate-resource.ts';

describe('an error as OperationOutcome', () => {
  beforeAll(loadDefinitions);

  it('is valid FHIR and carries code and message', () => {
    const outcome = toOperationOutcome(new EcgError('LEAD_MISSING', 'lead V1 is missing'));
    expect(faultsOf(outcome)).toEqual([]);
    expect(outcome.issue).toEqual([
      {
        severity: 'error',
        code: 'required',
        details: { coding: [expect.objectContaining({ code: 'LEAD_MISSING' })], text: 'lead V1 is missing' },
      },
    ]);
  });

  it.each([
    ['SOURCE_INVALID', 400],
    ['FHIR_FORBIDDEN', 403],
    ['NOT_FOUND', 404],
    ['PREFETCH_MISSING', 412],
    ['BODY_TOO_LARGE', 413],
    ['NO_WAVEFORM', 422],
    ['INTERNAL', 500],
    ['FHIR_UNAVAILABLE', 502],
    ['MODEL_UNAVAILABLE', 503],
  ] as const)('answers %s with HTTP %i', (code, status) => {
    expect(httpStatusOf(code)).toBe(status);
  });

  it('leaves out the cause', () => {
    const cause = new Error('Jane Doe');
    expect(JSON.stringify(toOperationOutcome(new EcgError('INTERNAL', 'internal error', { cause })))).not.toContain(
      'Jane',
    );
  });
});
