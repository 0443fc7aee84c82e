import { simulateEcg } from '../../src/simulator/simulate-ecg.ts';
import { softened } from '../../src/tracing/highlights.ts';
import { toSvg } from '../../src/tracing/svg.ts';
import { layOutTracing } from '../../src/tracing/tracing.ts';
import { tracingCaption } from '../../src/tracing/tracing-caption.ts';

const ecg = simulateEcg({
  ...{ finding: 'sinus rhythm', seed: 1, format: 'fhir', recordedAt: '2026-11-22T09:15:30Z', patient: { ids: [] } },
});
const draw = (stretches: Parameters<typeof softened>[0]) =>
  layOutTracing(ecg, tracingCaption(ecg, ecg.patient), { layout: '3x4', stretches });

describe('stretches that are set off', () => {
  it('are behind every strip, where it shows that time', () => {
    const { highlights } = draw([{ startSeconds: 2, endSeconds: 3, strength: 0.5 }]).pages[0]!;
    // 2 … 2.5 s is in the first column, the rest in the second; the rhythm strip shows all of it.
    expect(highlights).toHaveLength(3 + 3 + 1);
    const millimetres = highlights.map(({ box }) => Number(box.widthMm.toFixed(3)));
    expect(millimetres).toEqual([12.5, 12.5, 12.5, 12.5, 12.5, 12.5, 25]);
  });

  it('are drawn before the traces, as strong as they are', () => {
    const svg = toSvg(
      draw([
        { startSeconds: 0, endSeconds: 1, strength: 1 },
        { startSeconds: 1, endSeconds: 2, strength: 0 },
      ]),
    );
    expect(svg.indexOf('ecg-highlight')).toBeLessThan(svg.indexOf('ecg-trace'));
    expect(svg.match(/fill-opacity="0.38"/g)).toHaveLength(4);
    expect(toSvg(draw([]))).not.toContain('ecg-highlight');
  });

  it('go over into each other when softened, and keep their middle', () => {
    const soft = softened([
      { startSeconds: 0, endSeconds: 1, strength: 0 },
      { startSeconds: 1, endSeconds: 2, strength: 1 },
    ]);
    expect(soft.map(({ strength }) => Number(strength.toFixed(2)))).toEqual([0, 0, 0, 0.2, 0.4, 0.6, 0.8, 1, 1, 1]);
    expect([soft[0]?.startSeconds, soft.at(-1)?.endSeconds]).toEqual([0, 2]);
  });
});
