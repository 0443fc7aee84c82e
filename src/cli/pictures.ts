import { writeFile } from 'node:fs/promises';
import { format, parse } from 'node:path';
import { reportPdf } from '../edges/pdf/report-pdf.ts';
import type { EcgReading } from '../interpret-ecg.ts';
import { PIPELINE_VERSION } from '../pipeline-version.ts';
import { LAYOUTS } from '../tracing/arrange-leads.ts';
import { toSvg } from '../tracing/svg.ts';
import { layOutTracing, type TracingOptions } from '../tracing/tracing.ts';
import { tracingCaption } from '../tracing/tracing-caption.ts';

/** mm/s and mm/mV that ECG paper is printed with. */
export const SPEEDS = [12.5, 25, 50] as const;
export const GAINS = [5, 10, 20] as const;

/** The flags of `parseArgs` that ask for pictures. */
export const PICTURE_OPTIONS = {
  svg: { type: 'string' },
  pdf: { type: 'string' },
  layout: { type: 'string' },
  speed: { type: 'string' },
  gain: { type: 'string' },
} as const;

/** Which pictures of a reading to write where. */
export interface Pictures {
  readonly svg?: string | undefined;
  readonly pdf?: string | undefined;
  readonly drawing: TracingOptions;
}

/** Checks the flags of {@link PICTURE_OPTIONS}; undefined for a wrong call. */
export function parsePictures(
  values: Readonly<Partial<Record<keyof typeof PICTURE_OPTIONS, string | undefined>>>,
): Pictures | undefined {
  const { svg, pdf } = values;
  const layout = LAYOUTS.find((name) => name === values.layout);
  const mmPerSecond = SPEEDS.find((speed) => String(speed) === values.speed);
  const mmPerMillivolt = GAINS.find((gain) => String(gain) === values.gain);
  const asked = [values.layout, values.speed, values.gain].filter((value) => value !== undefined);
  const understood = [layout, mmPerSecond, mmPerMillivolt].filter((value) => value !== undefined);
  const isIdle = svg === undefined && pdf === undefined && asked.length > 0;
  if (asked.length !== understood.length || isIdle) return undefined;
  return {
    svg,
    pdf,
    drawing: {
      ...(layout && { layout }),
      ...(mmPerSecond && { mmPerSecond }),
      ...(mmPerMillivolt && { mmPerMillivolt }),
    },
  };
}

/** Writes them as new files; of the second ECG of a file with "-2" before the extension. */
export async function writePictures(reading: EcgReading, pictures: Pictures, ordinal: number): Promise<void> {
  const { svg, pdf, drawing } = pictures;
  const { patient } = reading.ecg;
  if (svg !== undefined) {
    const tracing = layOutTracing(reading.ecg, tracingCaption(reading.ecg, patient, reading), drawing);
    await writeFile(numbered(svg, ordinal), toSvg(tracing), { flag: 'wx' });
  }
  if (pdf !== undefined) {
    const issued = new Date().toISOString();
    const bytes = await reportPdf({ reading, patient, issued, pipelineVersion: PIPELINE_VERSION, drawing });
    await writeFile(numbered(pdf, ordinal), bytes, { flag: 'wx' });
  }
}

function numbered(file: string, ordinal: number): string {
  if (ordinal === 1) return file;
  const { dir, name, ext } = parse(file);
  return format({ dir, name: `${name}-${ordinal}`, ext });
}
