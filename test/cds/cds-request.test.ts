import { parseCdsRequest } from '../../src/cds/cds-request.ts';
import { EcgError } from '../../src/errors.ts';

const minimal = {
  hook: 'patient-view',
  hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
  context: { userId: 'Practitioner/1', patientId: 'p1' },
};
const authorization = { access_token: 't', token_type: 'Bearer', expires_in: 300, scope: 's', subject: 'c' };

describe('a hook request', () => {
  it('with the minimum is accepted', () => {
    expect(parseCdsRequest(minimal, 'patient-view').context.patientId).toBe('p1');
  });

  it('may have a hookInstance without version bits', () => {
    const request = { ...minimal, hookInstance: '0123abcd-0000-0000-0000-0000000000FF' };
    expect(() => parseCdsRequest(request, 'patient-view')).not.toThrow();
  });

  it('may carry fields Cardhook does not know', () => {
    const request = { ...minimal, extension: { 'org.example': 1 }, context: { ...minimal.context, encounterId: 'e' } };
    expect(() => parseCdsRequest(request, 'patient-view')).not.toThrow();
  });

  it.each([
    ['another hook', { ...minimal, hook: 'order-sign' }],
    ['no patientId', { ...minimal, context: { userId: 'Practitioner/1' } }],
    ['a patientId that is a path', { ...minimal, context: { patientId: '../../Patient' } }],
    ['a patientId with a query', { ...minimal, context: { patientId: 'p1?_include=*' } }],
    ['a hookInstance that is no UUID', { ...minimal, hookInstance: '1' }],
    ['fhirAuthorization without fhirServer', { ...minimal, fhirAuthorization: authorization }],
    [
      'another token type',
      { ...minimal, fhirServer: 'https://f.example', fhirAuthorization: { ...authorization, token_type: 'MAC' } },
    ],
    ['a fhirServer that is no web address', { ...minimal, fhirServer: 'file:///etc/passwd' }],
    ['no object', 'x'],
    ['null', null],
  ])('with %s is refused', (_case, body) => {
    expect(() => parseCdsRequest(body, 'patient-view')).toThrow(expect.objectContaining({ code: 'SOURCE_INVALID' }));
  });

  it('is refused without quoting its values', () => {
    const body = { ...minimal, context: { patientId: 'secret patient name' } };
    try {
      parseCdsRequest(body, 'patient-view');
      throw new Error('accepted');
    } catch (error) {
      expect(error).toBeInstanceOf(EcgError);
      expect(String(error)).toContain('context.patientId');
      expect(String(error)).not.toContain('secret');
    }
  });
});
