import { MODELS_DIRECTORY, type OpenedModels, openModels } from '../../../src/cli/open-models.ts';
import { DEMO_PATIENTS, simulatedEcg } from '../../../src/edges/demo/demo-patients.ts';
import { interpretEcg } from '../../../src/interpret-ecg.ts';
import { recordingLog } from '../onnx/recording-log.ts';

/** What the stand-ins must say of each, so that the demo shows what its story says. */
const SAID: Readonly<Record<string, RegExp>> = {
  'demo-observation': /^normal sinus rhythm|^normal ecg/,
  'demo-aecg': /atrial fibrillation with rapid ventricular response/,
  'demo-dicom': /left bundle branch block/,
  'demo-long-qt': /prolonged qt/,
  'demo-heart-block': /complete heart block/,
  'demo-stemi': /st elevation myocardial infarction|inferior injury/,
  'demo-old-infarct': /anteroseptal infarct/,
  'demo-paced': /ventricular pac(ed|ing)/,
  'demo-bifascicular': /right bundle branch block and left anterior fascicular block/,
  'demo-child': /adult interpretation does not apply/,
  'demo-loose-electrode': /sinus rhythm/,
  'demo-watch': /atrial fibrillation/,
};

describe('the demo patients', () => {
  let models: OpenedModels;
  beforeAll(async () => {
    models = await openModels({
      directory: MODELS_DIRECTORY,
      twelveLead: 'stand-in',
      singleLead: 'stand-in-1-lead',
      inference: { executionProvider: 'cpu', workers: 1 },
      log: recordingLog().log,
    });
  });
  afterAll(() => models.close());

  it.each(DEMO_PATIENTS.map((patient, index) => [patient.story, patient, index] as const))(
    'show %s',
    async (_story, patient, index) => {
      const ecg = simulatedEcg(patient, { seed: patient.seed ?? index + 1, at: new Date('2026-06-01T10:00:00Z') });
      const ageYears = patient.id === 'demo-child' ? 8 : 60;
      const { interpretation } = await interpretEcg(ecg, models, { ageYears });
      expect(interpretation.sentence.toLowerCase()).toMatch(SAID[patient.id] ?? /^$/);
    },
  );
});
