import express, { type Router } from 'express';
import { patientSources } from '../../cds/patient-sources.ts';
import { EcgError } from '../../errors.ts';
import { findResources, PATIENT_ECG_QUERIES } from '../../fhir/patient-ecgs.ts';
import { type EcgUnderReview, readForReview } from '../../over-read/ecg-under-review.ts';
import { isSameSecret } from '../is-same-secret.ts';
import { clearCookie } from './cookies.ts';
import { comparisonOf, drawCompared } from './draw-compared.ts';
import { drawTracing } from './draw-tracing.ts';
import { createExpiringStore, type ExpiringStore } from './expiring-store.ts';
import { type InSession, requireSession, type SessionResponse } from './in-session.ts';
import { messagePage } from './pages/message-page.ts';
import { viewerPage } from './pages/viewer-page.ts';
import { createRecentReaders } from './recent-readers.ts';
import { type ListedEcg, SESSION_COOKIE, type Session } from './session.ts';
import { signPosted } from './sign-posted.ts';
import type { SmartAppDeps } from './smart-app-deps.ts';
import { parseViewOptions } from './view-options.ts';
import { nextUnsigned } from './worklist.ts';
import { worklistRoutes } from './worklist-routes.ts';

/** Tracings that are on a screen, so that changing the view does not fetch them again. */
const SHOWN = { capacity: 50, idleMs: 10 * 60_000 };
const MAX_FORM = '64kb';

/** The pages of a session: the viewer at `/`, its picture at `/tracing`, and what is posted. */
export function viewerRoutes(deps: SmartAppDeps, sessions: ExpiringStore<Session>): Router {
  const shown = createExpiringStore<EcgUnderReview>(SHOWN, deps.nowMs);
  const readers = createRecentReaders(deps.nowMs);
  const keyOf = ({ id }: Session, place: number) => `${id} ${place}`;
  const review = async (session: Session, place: number) => {
    const read = await readEcg(session, place, deps);
    shown.set(keyOf(session, place), read);
    return read;
  };
  const noteComparison = (session: Session, read: EcgUnderReview) => {
    const previous = comparisonOf(read)?.previous;
    if (previous === undefined) return;
    const { source: ecg, ecgIdentity } = previous;
    const { report: _none, ...audited } = auditOf(session, read);
    deps.audit.record({ action: 'view', outcome: 'success', ...audited, ecg, ecgIdentity });
  };
  const form = express.urlencoded({ extended: false, limit: MAX_FORM });
  const router = express.Router({ mergeParams: true });
  router.use(requireSession(deps, sessions), worklistRoutes(deps, readers));
  router.get('/', async (request, response: SessionResponse) => {
    const { session } = response.locals;
    const { patientId } = session;
    if (session.ecgs.length === 0) {
      if (patientId === undefined) return response.redirect(303, `${deps.place.url}/${session.id}/worklist`);
      const newest = await newestEcgs(session, patientId);
      // What was opened meanwhile keeps its place.
      if (session.ecgs.length === 0) session.ecgs = newest;
    }
    const options = parseViewOptions(request.query);
    const read = await review(session, options.ecg);
    deps.audit.record({ action: 'view', outcome: 'success', ...auditOf(session, read) });
    if (read.report) readers.note(session, read.report.id);
    const drawn = await drawTracing(read, options, deps);
    if (drawn.compared !== undefined) noteComparison(session, read);
    return response.send(viewerPage({ session, review: read, drawn, options, place: deps.place, now: deps.now() }));
  });
  router.get('/tracing', async (request, response: SessionResponse) => {
    const { session } = response.locals;
    const options = parseViewOptions(request.query);
    const read = shown.get(keyOf(session, options.ecg)) ?? (await review(session, options.ecg));
    response.type('image/svg+xml').send((await drawTracing(read, options, deps)).svg);
  });
  router.get('/compared', async (request, response: SessionResponse) => {
    const { session } = response.locals;
    const options = parseViewOptions(request.query);
    const read = shown.get(keyOf(session, options.ecg)) ?? (await review(session, options.ecg));
    const drawn = drawCompared(read, options);
    noteComparison(session, read);
    response.type('image/svg+xml').send(drawn);
  });
  router.post('/sign', form, checkFormToken, async (request, response: SessionResponse) => {
    const { session } = response.locals;
    const options = parseViewOptions(request.query);
    const read = await review(session, options.ecg);
    const { status, isSigned, ...view } = await signPosted(request.body, { session, review: read, deps });
    if (isSigned) deps.audit.record({ action: 'over-read', outcome: 'success', ...auditOf(session, view.review) });
    shown.set(keyOf(session, options.ecg), view.review);
    const next = isSigned
      ? await nextUnsigned(session, view.review.report?.id ?? '', readers).catch(() => undefined)
      : undefined;
    const drawn = await drawTracing(view.review, options, deps);
    const where = { options, place: deps.place, now: deps.now() };
    response.status(status).send(viewerPage({ session, drawn, next, ...where, ...view }));
  });
  router.post('/logout', form, checkFormToken, async (_request, response: SessionResponse) => {
    const { session } = response.locals;
    sessions.take(session.id);
    clearCookie(response, SESSION_COOKIE, { ...deps.place, path: `${deps.place.path}/${session.id}` });
    await session.tokens.end();
    response.send(messagePage('you are logged out of the viewer; this window can be closed', deps.place));
  });
  return router;
}

/** Nobody else's page can post in the user's name. */
const checkFormToken: InSession = (request, response, next) => {
  const { formToken } = Object(request.body);
  if (!isSameSecret(typeof formToken === 'string' ? formToken : undefined, response.locals.session.formToken)) {
    throw new EcgError('FHIR_FORBIDDEN', 'this form is not of this session; open the ECG again');
  }
  next();
};

async function readEcg(session: Session, place: number, deps: SmartAppDeps): Promise<EcgUnderReview> {
  const { tenant, server, ecgs } = session;
  const listed = ecgs[place];
  if (listed === undefined) throw new EcgError('NOT_FOUND', 'this patient has no ECG on record that could be shown');
  const { reference, patientId } = listed;
  return await readForReview({ tenant, server, patientId, reference }, deps, deps.now());
}

/** The patient's ECGs, the newest first, where the launch names none. */
async function newestEcgs({ server }: Session, patientId: string): Promise<readonly ListedEcg[]> {
  const { ecgObservations, ecgDocuments } = PATIENT_ECG_QUERIES;
  const queries = [ecgObservations, ecgDocuments].map((query) => query.replace('{{context.patientId}}', patientId));
  const found = await Promise.all(queries.map((query) => findResources(server, query)));
  return found
    .flat()
    .flatMap((resource) => patientSources(resource, patientId, server.baseUrl).own)
    .map(({ reference, recordedAt }) => ({ reference, patientId, recordedAt }))
    .sort((a, b) => Date.parse(b.recordedAt ?? '') - Date.parse(a.recordedAt ?? '') || 0);
}

function auditOf({ tenant, user }: Session, { reference, patientId, ecgIdentity, report, reading }: EcgUnderReview) {
  const model = 'manifest' in reading ? `${reading.manifest.name}@${reading.manifest.version}` : undefined;
  return {
    ...{ by: 'smart-app', tenant: tenant.name, patient: `Patient/${patientId}`, ecg: reference, ecgIdentity },
    ...(user && { user: user.reference }),
    ...(model && { model }),
    ...(report && { report: `DiagnosticReport/${report.id}` }),
  };
}
