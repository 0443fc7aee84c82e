import express, { type Router } from 'express';
import { subjectOf } from '../../cds/patient-sources.ts';
import { EcgError } from '../../errors.ts';
import type { SessionResponse } from './in-session.ts';
import { tracingOf } from './launch-context.ts';
import { worklistPage } from './pages/worklist-page.ts';
import type { RecentReaders } from './recent-readers.ts';
import type { Session } from './session.ts';
import type { SmartAppDeps } from './smart-app-deps.ts';
import { parseWorklistView, readWorklist } from './worklist.ts';

/** The list of unsigned reports at `/worklist`; `/report?n=…` leads to the ECG of one of them. */
export function worklistRoutes(deps: SmartAppDeps, readers: RecentReaders): Router {
  const router = express.Router();
  router.get('/worklist', async (request, response: SessionResponse) => {
    const { session } = response.locals;
    const view = parseWorklistView(request.query);
    const worklist = await readWorklist(session, view, readers);
    if (request.query['refresh'] !== 'auto') deps.audit.record({ action: 'worklist', ...auditOf(session) });
    response.send(worklistPage({ session, view, worklist, place: deps.place, now: deps.now() }));
  });
  router.get('/report', async (request, response: SessionResponse) => {
    const { session } = response.locals;
    const [listed] = /^\d{1,6}$/.exec(String(request.query['n'])) ?? [];
    const place = await placeOfTracing(session, session.listed[Number(listed ?? Number.NaN)]);
    response.redirect(303, `${deps.place.url}/${session.id}/?ecg=${place}`);
  });
  return router;
}

/** The place of a report's tracing among the ECGs of the session. */
async function placeOfTracing(session: Session, reportId: string | undefined): Promise<number> {
  const { server, patientId } = session;
  if (reportId === undefined) throw new EcgError('NOT_FOUND', 'this report is not in your list; open the list again');
  const subject = subjectOf(await server.read('DiagnosticReport', reportId), server.baseUrl);
  if (subject === undefined || (patientId !== undefined && subject !== patientId)) {
    throw new EcgError('PATIENT_MISMATCH', 'the report is of another patient than the one whose chart is open');
  }
  const [reference] = await tracingOf(`DiagnosticReport/${reportId}`, server);
  if (reference === undefined || reference.startsWith('DiagnosticReport/')) {
    throw new EcgError('NOT_FOUND', 'the record does not say which tracing the report is of (Provenance)');
  }
  const known = session.ecgs.findIndex((ecg) => ecg.reference === reference);
  if (known !== -1) return known;
  session.ecgs = [...session.ecgs, { reference, patientId: subject }];
  return session.ecgs.length - 1;
}

function auditOf({ tenant, user, patientId }: Session) {
  return {
    ...({ outcome: 'success', by: 'smart-app', tenant: tenant.name } as const),
    ...(user && { user: user.reference }),
    ...(patientId !== undefined && { patient: `Patient/${patientId}` }),
  };
}
