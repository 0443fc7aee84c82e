import { z } from 'zod';
import { ecgSources, readEcgSource } from '../../../src/formats/fhir/ecg-sources.ts';
import { xOfSeconds, yOfMillivolts } from '../../../src/tracing/lead-strip.ts';
import { PAGE } from '../../../src/tracing/paper.ts';
import { layOutTracing } from '../../../src/tracing/tracing.ts';
import { tracingCaption } from '../../../src/tracing/tracing-caption.ts';
import type { Page, ScreenPoint } from '../../browser/page.ts';

const boxSchema = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });

/** The rhythm strip of a viewer, known from the record and not from what the browser drew. */
export interface RhythmStrip {
  /** Where a sample is, or should be, in the window. */
  onScreen(index: number): Promise<ScreenPoint>;
  /** What a caliper between two samples has to say; `millivolts` is to be rounded. */
  readingOf(from: number, to: number): { readonly text: RegExp; readonly millivolts: number };
  /** Where one of the caliper's legs is drawn, in the window. */
  legX(leg: 'from' | 'to'): Promise<number>;
  /** Brings a sample into the middle of the window. */
  scrollTo(index: number): Promise<void>;
}

/** @param record address of the resource that holds its ECG itself, shown as 3x4 at the usual scale */
export async function rhythmStrip(page: Page, record: string): Promise<RhythmStrip> {
  const [source] = ecgSources(await (await fetch(record)).json());
  if (source === undefined) throw new Error('no ECG on record');
  const ecg = await readEcgSource(source, () => Promise.reject(new Error('the ECG is somewhere else')));
  const strip = layOutTracing(ecg, tracingCaption(ecg, ecg.patient)).pages[0]?.strips.at(-1);
  const samples = ecg.leads.find(({ lead }) => lead === strip?.lead)?.samples;
  if (strip === undefined || samples === undefined) throw new Error('no rhythm strip');
  const boxOf = async (selector: string) =>
    boxSchema.parse(await page.evaluate(`document.querySelector('${selector}').getBoundingClientRect().toJSON()`));
  const onScreen = async (index: number) => {
    const { x, y, width } = await boxOf('.sheet');
    const scale = width / PAGE.widthMm;
    const [xMm, yMm] = [xOfSeconds(strip, index / ecg.samplingRate), yOfMillivolts(strip, samples[index]!)];
    return { x: x + xMm * scale, y: y + yMm * scale };
  };
  return {
    onScreen,
    readingOf(from, to) {
      const ms = ((to - from) / ecg.samplingRate) * 1000;
      const [time, rate] = [`${Math.round(ms)} ms`, `${Math.round(60_000 / ms)}/min`];
      const text = new RegExp(`^Lead ${strip.lead}: ${time}, ([+−]?\\d\\.\\d\\d) mV, ${rate}$`);
      return { text, millivolts: samples[to]! - samples[from]! };
    },
    async legX(leg) {
      const { x, width } = await boxOf(`.caliper-leg[data-leg="${leg}"] line`);
      return x + width / 2;
    },
    async scrollTo(index) {
      const { x, y } = await onScreen(index);
      await page.evaluate(`(() => { const paper = document.querySelector('.paper');
        const { left, top, width, height } = paper.getBoundingClientRect();
        paper.scrollBy(${x} - left - width / 2, ${y} - top - height / 2); })()`);
      const scrolled = await onScreen(index);
      await page.evaluate(`scrollBy(0, ${scrolled.y} - innerHeight / 2)`);
    },
  };
}
