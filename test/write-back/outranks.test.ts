import fc from 'fast-check';
import type { ModelTrust } from '../../src/model/manifest.ts';
import { outranks } from '../../src/write-back/outranks.ts';
import { manifest } from '../fhir/report-inputs.ts';

interface Made {
  readonly model: string;
  readonly modelVersion: string;
  readonly trust: ModelTrust;
  readonly pipelineVersion: string;
}

const BASE: Made = { model: 'ecgfounder', modelVersion: '1.2', trust: 'official', pipelineVersion: '3' };

function replaces(ours: Made, earlier: Made): boolean {
  const { model: name, modelVersion: version, trust, pipelineVersion } = ours;
  return outranks({ manifest: manifest({ name, version, trust }), pipelineVersion }, earlier);
}

describe('a reading', () => {
  it.each<[string, Partial<Made>, boolean]>([
    ['of a newer version', { modelVersion: '1.10' }, true],
    ['of an older version', { modelVersion: '1.1.9' }, false],
    ['of a version without order', { modelVersion: 'sha-77ab' }, true],
    ['of a newer pipeline', { pipelineVersion: '10' }, true],
    ['of an older pipeline', { pipelineVersion: '2' }, false],
    ['of a newer version in an older pipeline', { modelVersion: '2.0', pipelineVersion: '2' }, false],
    ['of another model that is configured now', { model: 'site-model', modelVersion: '0.1', trust: 'site' }, true],
    ['calibrated by the site', { modelVersion: '1.2+site.20261126T120000Z' }, true],
    ['of an older version, calibrated', { modelVersion: '1.1+site.20261126T120000Z' }, false],
    ['of a newer version, not calibrated', { modelVersion: '1.3' }, true],
    ['of a stand-in', { model: 'stand-in', modelVersion: '9', trust: 'stand-in', pipelineVersion: '9' }, false],
    ['of an untrained model', { modelVersion: '9', trust: 'untrained' }, false],
  ])('%s may take the place of an official one: %s', (_case, change, expected) => {
    expect(replaces({ ...BASE, ...change }, BASE)).toBe(expected);
  });

  it.each([
    ['a later calibration', '1.2+site.20270101T000000Z', true],
    ['an earlier calibration', '1.2+site.20260101T000000Z', false],
    ['no calibration', '1.2', false],
    ['a newer version', '1.10', true],
    ['an older version that was calibrated later', '1.1+site.20270101T000000Z', false],
  ])('with %s may take the place of a calibrated one: %s, %s', (_case, modelVersion, expected) => {
    expect(replaces({ ...BASE, modelVersion }, { ...BASE, modelVersion: '1.2+site.20261126T120000Z' })).toBe(expected);
  });

  it('of a real model takes the place of any stand-in', () => {
    expect(replaces({ ...BASE, pipelineVersion: '1' }, { ...BASE, trust: 'stand-in', modelVersion: '99' })).toBe(true);
  });

  it('never replaces what would in turn replace it, where versions have an order', () => {
    const version = fc.array(fc.nat(20), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));
    const made = fc.record({
      model: fc.constant('ecgfounder'),
      modelVersion: version,
      trust: fc.constantFrom<ModelTrust>('official', 'site', 'stand-in', 'untrained'),
      pipelineVersion: fc.nat(5).map(String),
    });
    fc.assert(
      fc.property(made, made, (a, b) => {
        if (!replaces(a, b) || !replaces(b, a)) return;
        // Only equals do, whose reports have the same key or differ in what 1.0 and 1 do.
        expect(a.pipelineVersion).toBe(b.pipelineVersion);
        expect(a.modelVersion.replace(/(\.0)+$/, '')).toBe(b.modelVersion.replace(/(\.0)+$/, ''));
      }),
    );
  });
});
