import { createEcg, type Ecg } from '../../src/ecg/ecg.ts';
import { overviewSvg } from '../../src/tracing/overview-svg.ts';

const SHOWN = { startSeconds: 60, endSeconds: 120 };

describe('the overview of a recording', () => {
  it('is no larger for a day than for some minutes', () => {
    const [minutes, day] = [ecg(600), ecg(86_400)].map((recording) => overviewSvg(recording, SHOWN).length);
    expect(day!).toBeLessThan(1.1 * minutes!);
    expect(day!).toBeLessThan(30_000);
  });

  it('marks what the page shows', () => {
    expect(overviewSvg(ecg(600), SHOWN)).toContain('class="ecg-overview-marker" x="10%" width="10%"');
  });

  it('leaves gaps empty, and is whole for a lead that has nothing at all', () => {
    const halves = overviewSvg(
      ecg(600, (seconds) => (seconds < 300 ? Math.sin(seconds) : Number.NaN)),
      SHOWN,
    );
    const xs = [...halves.matchAll(/M([\d.]+) /g)].map(([, x]) => Number(x));
    expect(Math.max(...xs)).toBeLessThanOrEqual(450);
    expect(
      overviewSvg(
        ecg(600, () => Number.NaN),
        SHOWN,
      ),
    ).toContain('d=""');
  });

  it('keeps a short artefact from pressing everything else flat', () => {
    const artefact = overviewSvg(
      ecg(600, (seconds) => (seconds === 7 ? 40 : Math.sin(seconds))),
      SHOWN,
    );
    const heights = [...artefact.matchAll(/M[\d.]+ ([\d.]+)V([\d.]+)/g)].map(
      ([, top, bottom]) => Number(bottom) - Number(top),
    );
    expect(heights.toSorted((a, b) => a - b)[heights.length >> 1]).toBeGreaterThan(3);
  });
});

function ecg(seconds: number, millivolts: (seconds: number) => number = Math.sin): Ecg {
  const samples = Float64Array.from({ length: seconds * 4 }, (_, index) => millivolts(index / 4));
  return createEcg({ format: 'fhir', samplingRate: 4, patient: { ids: [] }, leads: [{ lead: 'I', samples }] });
}
