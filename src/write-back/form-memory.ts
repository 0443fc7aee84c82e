import type { ReportForm } from '../config.ts';

/** Remembers for a while which forms of report a server does not take, so that it is not asked for every ECG. */
export interface FormMemory {
  /** The forms to try on a server, in their order; all of them where none is known to work. */
  worthTrying(baseUrl: string, forms: readonly ReportForm[], now: Date): readonly ReportForm[];
  refused(baseUrl: string, form: ReportForm, now: Date): void;
}

/** A server may be set right: after this time it is asked again. */
const REMEMBERED_MS = 3_600_000;

export function createFormMemory(): FormMemory {
  const refusedAtMs = new Map<string, number>();
  return {
    worthTrying: (baseUrl, forms, now) => {
      const open = forms.filter((form) => {
        const atMs = refusedAtMs.get(`${form} ${baseUrl}`);
        return atMs === undefined || now.getTime() - atMs >= REMEMBERED_MS;
      });
      return open.length === 0 ? forms : open;
    },
    refused: (baseUrl, form, now) => {
      refusedAtMs.set(`${form} ${baseUrl}`, now.getTime());
    },
  };
}
