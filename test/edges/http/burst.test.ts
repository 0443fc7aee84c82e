import { PATIENT_VIEW, patientView, RESOURCES, STEMI } from '../../conformance/hook-calls.ts';
import { type RunningService, startService } from './start-service.ts';

/** More than are read in the background at once. */
const HOOKS = 80;
const LATE = 'ECG reading not ready yet';

let service: RunningService;
beforeAll(async () => {
  service = await startService({ twelveLead: 'stand-in', hookBudgetMs: 500 });
  await service.load(RESOURCES);
});
afterAll(() => service.stop());

async function call(): Promise<{ readonly status: number; readonly summary: string | undefined }> {
  const { status, body } = await service.post(PATIENT_VIEW, patientView(STEMI, { fhirServer: service.fhirServer }));
  return { status, summary: body.cards[0]?.['summary'] };
}

describe('a burst of hooks', () => {
  it('is answered in full while nothing can be read, and later hooks have the reading', async () => {
    const held: (() => void)[] = [];
    service.interceptFhir((_request, _response, next) => void held.push(() => next()));
    const answers = await Promise.all(Array.from({ length: HOOKS }, call));
    expect(answers).toEqual(Array.from({ length: HOOKS }, () => ({ status: 200, summary: LATE })));
    service.interceptFhir((_request, _response, next) => next());
    for (const release of held) release();
    let last: string | undefined = LATE;
    for (let tries = 0; tries < 100 && last === LATE; tries += 1) last = (await call()).summary;
    expect(last).toMatch(/^Simulation-trained guess, ECG/);
  });
});
