import { z } from 'zod';
import type { EcgPatient } from '../../ecg/ecg.ts';
import { EcgError } from '../../errors.ts';
import { patientHeading } from '../../fhir/patient-heading.ts';
import { READING_URGENCIES, type ReadingUrgency } from '../../findings/reading-urgency.ts';
import { findUnsigned, type UnsignedReport } from '../../over-read/unsigned-reports.ts';
import { unlessRefused } from '../../write-back/refusal.ts';
import { permits, permitsForUser } from './granted-scopes.ts';
import type { RecentReader, RecentReaders } from './recent-readers.ts';
import { placeOf, type Session } from './session.ts';

/** What of the list is looked at, as the address says. */
const viewSchema = z.object({
  urgency: z.enum(READING_URGENCIES).optional().catch(undefined),
  /** From 1. */
  page: z.coerce.number().int().min(1).max(1_000).default(1).catch(1),
});
export type WorklistView = z.infer<typeof viewSchema>;

export function parseWorklistView(query: unknown): WorklistView {
  return viewSchema.parse(Object(query));
}

export interface WorklistRow {
  /** Stands for the report in addresses. */
  readonly place: number;
  readonly report: UnsignedReport;
  /** Absent where the EHR does not let the user see who it is. */
  readonly patient: EcgPatient | undefined;
  readonly reader: RecentReader | undefined;
}

export interface Worklist {
  readonly rows: readonly WorklistRow[];
  readonly counts: Readonly<Record<ReadingUrgency, number>>;
  /** As there are, which may be fewer than was asked for. */
  readonly page: number;
  readonly pages: number;
  /** False where there are more than were searched for. */
  readonly isWhole: boolean;
}

const ROWS_PER_PAGE = 20;

/** Whether the launch lets reports be listed: of the patient whose chart is open, or of everybody the user may see. */
export function mayList(session: Session): boolean {
  return maySearch(session, 'DiagnosticReport');
}

function maySearch({ tokens, patientId }: Session, type: string): boolean {
  const isPermitted = patientId === undefined ? permitsForUser : permits;
  return isPermitted(tokens.scope(), type, 's');
}

/**
 * The unsigned reports that the session's user may see; no patient is asked for that is not on the page.
 * @throws EcgError FHIR_FORBIDDEN where the launch does not permit it.
 */
export async function readWorklist(session: Session, view: WorklistView, readers: RecentReaders): Promise<Worklist> {
  const { reports, isWhole } = await unsigned(session);
  const chosen = reports.filter(({ urgency }) => view.urgency === undefined || urgency === view.urgency);
  const pages = Math.max(1, Math.ceil(chosen.length / ROWS_PER_PAGE));
  const page = Math.min(view.page, pages);
  const shown = chosen.slice((page - 1) * ROWS_PER_PAGE, page * ROWS_PER_PAGE);
  const patients = await headings(session, new Set(shown.map(({ patientId }) => patientId)));
  const count = (wanted: ReadingUrgency) => reports.filter(({ urgency }) => urgency === wanted).length;
  return {
    rows: shown.map((report) => ({
      place: placeOf(session, report.id),
      report,
      patient: patients.get(report.patientId),
      reader: readers.other(session, report.id),
    })),
    counts: { critical: count('critical'), urgent: count('urgent'), routine: count('routine') },
    ...{ page, pages, isWhole },
  };
}

/** What to read after `reportId`: the first of the list that nobody else has just opened. */
export async function nextUnsigned(
  session: Session,
  reportId: string,
  readers: RecentReaders,
): Promise<Pick<WorklistRow, 'place' | 'report'> | undefined> {
  if (!mayList(session)) return undefined;
  const { reports } = await unsigned(session);
  const next = reports.find(({ id }) => id !== reportId && readers.other(session, id) === undefined);
  return next && { place: placeOf(session, next.id), report: next };
}

async function unsigned(session: Session) {
  if (!mayList(session)) {
    throw new EcgError('FHIR_FORBIDDEN', 'the EHR has not granted the app to search for reports (DiagnosticReport)');
  }
  return await findUnsigned(session.server, session.patientId);
}

async function headings(session: Session, ids: ReadonlySet<string>): Promise<ReadonlyMap<string, EcgPatient>> {
  if (ids.size === 0 || !maySearch(session, 'Patient')) return new Map();
  const found = await unlessRefused(session.server.query(`Patient?_id=${[...ids].join(',')}&_count=${ids.size}`));
  return new Map(
    (found ?? []).flatMap((resource) => {
      const heading = patientHeading(resource);
      return heading === undefined ? [] : [[String(resource['id']), heading] as const];
    }),
  );
}
