import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { createModelPages, modelPagesOf } from '../../../src/edges/model-pages/model-pages.ts';
import { modelDevice } from '../../../src/fhir/model-device.ts';
import { calibrated } from '../../../src/model/site-calibration.ts';
import { manifest } from '../../fhir/report-inputs.ts';
import { faultsOf, loadDefinitions } from '../../fhir/validate-resource.ts';
import { calibration } from '../../model/calibration.ts';
import { type Loopback, listen } from '../fhir-server/loopback.ts';

const PAGES = modelPagesOf('ecgfounder-12-lead', 'https://cardhook.example.org/base');
const TWELVE = manifest({ input: { ...manifest().input, leads: ['I', 'II'] }, disabledOutputs: [87] });
const SITE = manifest({ name: 'ours', title: 'Ours <b>', trust: 'site' });

let directory: string;
let loopback: Loopback;
const get = async (path: string) => {
  const response = await fetch(`${loopback.origin}${path}`);
  return { status: response.status, headers: response.headers, text: await response.text() };
};

beforeAll(async () => {
  loadDefinitions();
  directory = await mkdtemp(join(tmpdir(), 'cardhook-pages-'));
  await mkdir(join(directory, 'ours'));
  await writeFile(
    join(directory, 'ours/model-card.md'),
    '# Our card\n\n<script>x</script> see [log](training.log)\n\n## Part\n',
  );
  const manifests = [TWELVE, SITE, calibrated(SITE, calibration({ model: calibrationOf(SITE) }))];
  loopback = await listen(express().use(await createModelPages({ directory, manifests, root: '/base' })));
});
afterAll(async () => {
  await loopback.close();
  await rm(directory, { recursive: true });
});

describe('the pages on models', () => {
  it('show what the manifest says, with the card that came with Cardhook for the weights of the authors', async () => {
    const { status, text } = await get('/models/ecgfounder-12-lead');
    expect(status).toBe(200);
    for (const words of [
      'weights of the authors of ECGFounder',
      'a'.repeat(64),
      '149 reported of 150',
      'uncalibrated',
    ]) {
      expect(text).toContain(words);
    }
    expect(text).toMatch(/<h2>ECGFounder, 12 leads: card<\/h2>[\s\S]*<h3>Known failures<\/h3>/);
    expect(text).toContain('<summary>Labels never reported (1)</summary><p>ACUTE MI / STEMI.</p>');
    expect(text).toContain('<a href="/base/intended-use">');
  });

  it("show a model's own card as text, whatever it holds", async () => {
    const { text } = await get('/models/ours');
    expect(text).toContain('<h1>Ours &lt;b&gt;</h1>');
    expect(text).toContain('<h2>Our card</h2>\n<p>&lt;script&gt;x&lt;/script&gt; see log</p>\n<h3>Part</h3>');
  });

  it('show what a site has calibrated at an address of its own', async () => {
    const { text } = await get('/models/ours?calibration=20261126T120000Z');
    expect(text).toContain('<h2>At this site</h2>');
    expect(text).toMatch(/<td>ATRIAL FIBRILLATION<\/td>\n<td>90<\/td>\n<td>700<\/td>/);
    expect((await get('/models/ours')).text).not.toContain('At this site');
    expect((await get('/models')).text.match(/href="\/base\/models\/ours"/g)).toHaveLength(1);
  });

  it('say what Cardhook is for, and what not', async () => {
    const { text } = await get('/intended-use');
    expect(text).toMatch(/<h1>Intended use and limits<\/h1>[\s\S]*<h2>What it is not for<\/h2>/);
    expect(text).toContain('no clearance, no approval and no CE mark');
  });

  it.each(['/models/none', '/models/ours?calibration=1', '/models/..%2f..%2fpackage.json'])(
    'have nothing at %s',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  it('run nothing and load nothing from elsewhere', async () => {
    for (const path of ['/models', '/models/ours', '/intended-use']) {
      const { headers, text } = await get(path);
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self'/);
      expect(text).not.toMatch(/<script|style="|src="/);
    }
  });
});

describe("the model's Device", () => {
  it('says where its card and its intended use are', () => {
    const device = modelDevice({ ...TWELVE, ...(PAGES && { pages: PAGES }) });
    expect(device.url).toBe('https://cardhook.example.org/base/models/ecgfounder-12-lead');
    expect(JSON.stringify(device.note)).toContain('https://cardhook.example.org/base/intended-use');
    expect(faultsOf(device)).toEqual([]);
  });

  it('leads to the page of the calibration where a site has one', () => {
    const shown = { ...SITE, ...(PAGES && { pages: PAGES }) };
    expect(modelDevice(calibrated(shown, calibration({ model: calibrationOf(SITE) }))).url).toBe(
      'https://cardhook.example.org/base/models/ecgfounder-12-lead?calibration=20261126T120000Z',
    );
  });

  it('says nothing of pages that nobody could reach', () => {
    expect(modelDevice(TWELVE)).not.toHaveProperty('url');
  });
});

function calibrationOf(model: typeof SITE) {
  return { ...calibration().model, name: model.name };
}
