import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { createEcg, type Ecg, type EcgPatient } from '../../src/ecg/ecg.ts';
import { simulateEcg } from '../../src/simulator/simulate-ecg.ts';
import { toSvg } from '../../src/tracing/svg.ts';
import { layOutTracing, type TracingOptions } from '../../src/tracing/tracing.ts';
import { tracingCaption } from '../../src/tracing/tracing-caption.ts';

describe('a tracing as SVG', () => {
  const ecg = simulateEcg({
    finding: 'atrial fibrillation',
    seed: 3,
    format: 'dicom',
    recordedAt: '2026-11-22T09:15:30+01:00',
    patient: { ids: ['4711'], name: 'Łukasz Żółć', birthDate: '1950-01-31', sex: 'male' },
  });
  const svg = draw(ecg);

  it('is in true millimetres', () => {
    expect(svg).toMatch(
      /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="297mm" height="210mm" viewBox="0 0 297 210"/,
    );
    const minute = draw(createEcg({ ...ecg, leads: ecg.leads.map(repeated(3)), warnings: [] }));
    expect(minute).toContain('height="630mm" viewBox="0 0 297 630"');
  });

  it('draws each lead as laid out, to a hundredth of a millimetre', () => {
    const { strips } = layOutTracing(ecg, tracingCaption(ecg, ecg.patient)).pages[0]!;
    const paths = [...svg.matchAll(/class="ecg-trace" data-lead="(\w+)"[^>]* d="([^"]+)"/g)];
    expect(paths.map(([, lead]) => lead)).toEqual(strips.map(({ lead }) => lead));
    for (const [row, [, , d = '']] of paths.entries()) {
      const drawn = pointsOf(d);
      const wanted = [...(strips[row]?.polylines[0] ?? [])];
      expect(drawn).toHaveLength(wanted.length);
      expect(Math.max(...drawn.map((mm, index) => Math.abs(mm - wanted[index]!)))).toBeLessThan(1e-6);
    }
  });

  it('has who, when, how and how far to trust it in words', () => {
    for (const words of [
      'Łukasz Żółć',
      'ID 4711, born 1950-01-31, male',
      'Recorded 2026-11-22 09:15:30 +01:00',
      '10 s, 12 leads, 500 Hz',
      '25 mm/s, 10 mm/mV, as recorded, no filter added',
      'Tracing without interpretation.',
    ]) {
      expect(svg).toContain(`>${words}</text>`);
    }
  });

  it('can be read out', () => {
    expect(svg).toContain('role="img"');
    expect(svg).toMatch(
      /<title>ECG tracing, 10 s, 12 leads, 500 Hz<\/title>\n<desc>Leads I, II, .*Tracing without interpretation\./,
    );
  });

  it('holds nothing that a strict page refuses, and nothing from elsewhere', () => {
    expect(svg).not.toMatch(/<script|<style|style=|href|url\(|<image|<foreignObject|\son\w+=|<!DOCTYPE|<\?/);
    expect(svg.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
    expect(svg).not.toContain(' id=');
  });

  it('is the same for the same ECG, and light', () => {
    expect(draw(ecg)).toBe(svg);
    expect(svg.length).toBeLessThan(200_000);
  });

  it('is well-formed with any words in it, which stay words', () => {
    const words = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '</text><script>alert(1)</script>',
        '"><a href="javascript:x">',
        ']]>&amp;&#0;',
        '\ud800\u0000\u202Ex',
      ),
    );
    const small = createEcg({ ...ecg, leads: ecg.leads.slice(0, 1).map(shortened), warnings: [] });
    fc.assert(
      fc.property(fc.record({ name: words, id: words, device: words }), ({ name, id, device }) => {
        const drawn = draw({ ...small, device: { model: device } }, {}, { ids: [id], name });
        expect(XMLValidator.validate(drawn)).toBe(true);
        expect(drawn.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cs}|[\u202a-\u202e]|<script|<a /u);
        expect(elementNames(drawn)).toEqual(KNOWN_ELEMENTS);
      }),
      { numRuns: 60 },
    );
  });
});

const KNOWN_ELEMENTS = ['desc', 'g', 'path', 'rect', 'svg', 'text', 'title'];

function draw(ecg: Ecg, options: TracingOptions = {}, patient: EcgPatient = ecg.patient): string {
  return toSvg(layOutTracing(ecg, tracingCaption(ecg, patient), options));
}

function repeated(times: number) {
  return ({ lead, samples }: Ecg['leads'][number]) => ({
    lead,
    samples: Float64Array.from({ length: samples.length * times }, (_, index) => samples[index % samples.length]!),
  });
}

function shortened({ lead, samples }: Ecg['leads'][number]) {
  return { lead, samples: samples.slice(0, 20) };
}

/** x, y, x, y … of a path of one line: an absolute start, then steps. */
function pointsOf(d: string): readonly number[] {
  const [x = Number.NaN, y = Number.NaN, ...steps] = [...d.matchAll(/-?\d*\.?\d+/g)].map(Number);
  const points = [x, y];
  for (const [index, step] of steps.entries()) points.push(points[index]! + step);
  return points;
}

function elementNames(xml: string): readonly string[] {
  const names = new Set<string>();
  const parser = new XMLParser({
    ignoreAttributes: true,
    updateTag: (name) => {
      names.add(name);
      return true;
    },
  });
  parser.parse(xml);
  return [...names].sort();
}
