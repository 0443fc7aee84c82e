import { spawnSync } from 'node:child_process';
import standIn from '../../../models/stand-in/manifest.json' with { type: 'json' };
import { createEcg, type EcgPatient } from '../../../src/ecg/ecg.ts';
import { type ReportPdfInput, reportPdf } from '../../../src/edges/pdf/report-pdf.ts';
import { interpret } from '../../../src/findings/interpret.ts';
import { measureEcg } from '../../../src/measurement/measure-ecg.ts';
import { parseManifest } from '../../../src/model/manifest.ts';
import { simulateEcg } from '../../../src/simulator/simulate-ecg.ts';
import { ECGFOUNDER } from '../../../src/terminology/label-set.ts';

/** Readers of PDF that are not ours; from poppler. */
const hasPoppler = ['pdftotext', 'pdfinfo'].every((tool) => spawnSync(tool, ['-v']).status === 0);

describe('the report as PDF', () => {
  const ecg = simulateEcg({
    finding: 'atrial fibrillation',
    seed: 3,
    format: 'dicom',
    recordedAt: '2026-11-22T09:15:30+01:00',
    patient: { ids: ['4711'] },
  });
  const manifest = parseManifest(standIn);
  const scores = ECGFOUNDER.labels.map(({ label }) => (label === 'ATRIAL FIBRILLATION' ? 0.97 : 0.001));
  const interpretation = interpret(scores, manifest, { ageYears: 76 });
  const input: ReportPdfInput = {
    reading: { ecg, manifest, interpretation, measurements: measureEcg(ecg), notes: ['resampled from 512 Hz'] },
    patient: { ids: ['MRN 4711'], name: 'Jürgen Sørensen', birthDate: '1950-01-31', sex: 'male' },
    issued: '2026-11-22T09:16:00Z',
    pipelineVersion: '1',
  };

  it('is the same bytes for the same reading, dated by it', async () => {
    const [first, second] = [await reportPdf(input), await reportPdf(input)];
    expect(Buffer.from(first).equals(second)).toBe(true);
    expect(Buffer.from(first).subarray(0, 8).toString()).toBe('%PDF-1.7');
    expect(Buffer.from(first).toString('latin1')).toContain('(D:20261122091600Z)');
  });

  it('refers to nothing, runs nothing and names no patient outside its pages', async () => {
    const pdf = Buffer.from(await reportPdf(input)).toString('latin1');
    expect(pdf).not.toMatch(/\/URI|\/JavaScript|\/JS\b|\/Launch|\/EmbeddedFile|\/OpenAction/);
    expect(pdf).not.toContain('4711');
    expect(pdf.length).toBeLessThan(150_000);
  });

  (hasPoppler ? describe : describe.skip)('read by poppler', () => {
    const read = async (changes: Partial<ReportPdfInput> = {}) => {
      const pdf = await reportPdf({ ...input, ...changes });
      const { stdout, stderr, status } = spawnSync('pdftotext', ['-layout', '-', '-'], { input: pdf });
      expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' });
      return stdout.toString();
    };
    const readName = (patient: EcgPatient) => read({ patient });

    it('is A4 landscape: the tracing, then the reading', async () => {
      const { stdout } = spawnSync('pdfinfo', ['-'], { input: await reportPdf(input) });
      expect(stdout.toString()).toMatch(/Pages: +2\n/);
      expect(stdout.toString()).toMatch(/Page size: +841\.89 x 595\.\d+ pts \(A4\)/);
    });

    it('of a signed report says what the clinician says, by whom and when, and the machine reading as history', async () => {
      const [code] = interpretation.findings.flatMap(({ coding }) => coding ?? []);
      const signed = {
        ...{
          status: 'amended',
          name: 'Dr Ada Løve',
          at: '2026-11-22T10:00:00.000Z',
          comment: `Known for years.\n${'word '.repeat(150)}Stable.`,
        },
        stated: [
          { text: 'Atrial fibrillation', codings: code ? [code] : [], isAdded: false },
          { text: 'Left axis deviation', codings: [], isAdded: true },
        ],
        removed: ['Rapid ventricular response'],
      };
      const [tracing = '', report = '', history = ''] = (await read({ signed })).split('\f');
      for (const page of [tracing, report]) {
        expect(page).toContain('Report: Atrial fibrillation; Left axis deviation. Known for years.');
        expect(page).toContain('Read and signed by Dr Ada Løve, 2026-11-22 10:00:00 UTC; status amended.');
        expect(page).not.toContain('not confirmed by a clinician');
        expect(page).toContain('NOT FOR CLINICAL USE');
      }
      expect(tracing).toContain('Before the over-read: AI reading: Atrial fibrillation');
      expect(report).toMatch(/Atrial fibrillation +164889003 .*confirmed/);
      expect(report).toMatch(/Left axis deviation +none +added by the clinician/);
      // However long, it is the clinician's, and all of it.
      expect(report).toMatch(/Comment.*word Stable\./s);
      expect(report).toMatch(/Removed on over-read.*Rapid ventricular response/s);
      expect(history).toContain('History: the machine reading before the over-read.');
      expect(history).toContain('AI reading: Atrial fibrillation');
    });

    it('says who, when, what was found under which code, by which model, and how far to trust it', async () => {
      const [tracing = '', reading = ''] = (await read()).split('\f');
      for (const words of [
        'Jürgen Sørensen',
        'ID MRN 4711, born 1950-01-31, male',
        'Recorded 2026-11-22 09:15:30 +01:00',
        'DEMONSTRATION MODEL, TRAINED ON SIMULATED ECGS, NOT FOR CLINICAL USE',
        'AI reading: Atrial fibrillation',
        'Preliminary machine reading, not confirmed by a clinician. A finding that is not listed is not excluded.',
      ]) {
        expect(tracing).toContain(words);
        expect(reading).toContain(words);
      }
      expect(tracing).toMatch(/\bI\b.*aVR.*V1.*V4/);
      expect(tracing).toContain('25 mm/s, 10 mm/mV');
      expect(reading).toMatch(/Atrial fibrillation +164889003 .*0\.970/);
      expect(reading).toContain('resampled from 512 Hz');
      expect(reading).toContain(`stand-in ${standIn.version}`);
    });

    it('marks characters it has no font for, and never prints others in their place', async () => {
      const text = await readName({ ids: ['1'], name: 'Łukasz Šimůnek Ολγα' });
      expect(text).toContain('?ukasz Šim?nek ????');
      expect(text).toContain('Characters this document has no font for are printed as ?.');
      expect(await readName({ ids: ['1'], name: 'Müller' })).not.toContain('no font');
    });

    it.each([
      ['operators of PDF', '(a) Tj ET\nendstream'],
      ['a lone backslash', '\\'],
      ['a dictionary', '<</JS (x)>>'],
      ['control characters', 'a\u0000\u001b[31m\u202eb'],
      ['a name without end', 'x'.repeat(100_000)],
      ['no character', ''],
    ])('holds out against %s in the name', async (_what, name) => {
      const { status, stderr } = spawnSync('pdftotext', ['-', '-'], {
        input: await reportPdf({ ...input, patient: { ids: [name], name } }),
      });
      expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' });
    });

    it('draws a long recording on many pages, and no more than it says', async () => {
      const hour = createEcg({
        ...ecg,
        samplingRate: 10,
        warnings: [],
        leads: [{ lead: 'II', samples: new Float64Array(36_000) }],
      });
      const text = await read({ reading: { ...input.reading, ecg: hour } });
      expect(text.split('\f')).toHaveLength(20 + 1 + 1);
      expect(text).toContain('Pages after 20 of 60 (20:00) are not drawn.');
    });

    it('prints what a source says at length only so far', async () => {
      const statements = Array.from({ length: 5000 }, (_, index) => `statement ${index} ${'x'.repeat(2000)}`);
      const text = await read({ reading: { ...input.reading, ecg: { ...ecg, statements } } });
      expect(text).toContain('and 4960 more');
    });
  });
});
