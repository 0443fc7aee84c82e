import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { interpretFor } from '../../src/cds/read-patient-ecg.ts';
import { openConfiguredDatabase } from '../../src/cli/open-configured-database.ts';
import { MODELS_DIRECTORY } from '../../src/cli/open-models.ts';
import { openShadow } from '../../src/cli/open-shadow.ts';
import { parseConfig } from '../../src/config.ts';
import { modelsFor } from '../../src/interpret-ecg.ts';
import { main } from '../../src/main.ts';
import { createReadingCache } from '../../src/reading-cache.ts';
import { simulateEcg } from '../../src/simulator/simulate-ecg.ts';
import { fixedModels } from '../cds/fixed-models.ts';
import { until } from '../edges/queue/start-write-back.ts';

const PATIENT = { id: 'p1', birthDate: '1950-01-01', names: [], identifiers: [], isActive: true, isRead: true };
const ecg = simulateEcg({
  ...{ finding: 'NORMAL SINUS RHYTHM', seed: 1, format: 'fhir', patient: { ids: [] } },
  recordedAt: '2026-01-01T00:00:00Z',
});

describe('a model in the shadow', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'cardhook-shadow-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('reads each new ECG of its tenant once, changes no reading, and is told of by cardhook shadow', async () => {
    const json = {
      databaseDirectory: join(directory, 'database'),
      tenants: [
        { name: 'main', fhirServer: 'http://127.0.0.1/a', authentication: 'none', shadow: { model: 'stand-in' } },
        { name: 'other', fhirServer: 'http://127.0.0.1/b', authentication: 'none' },
      ],
    };
    const config = parseConfig(json);
    const database = await openConfiguredDatabase(config);
    const log = pino({ level: 'silent' });
    const shadow = await openShadow(fixedModels(), { config, directory: MODELS_DIRECTORY, database, log });
    if (shadow === undefined) throw new Error('no shadow');
    const readings = createReadingCache(10);
    const read = async (tenant: string) =>
      await interpretFor(PATIENT, ecg, {
        ...{ models: modelsFor(shadow.models, tenant), readings, snomedEdition: 'all' },
        now: new Date('2026-01-02T00:00:00Z'),
      });
    const first = await read('main');
    expect(first.reading.manifest.name).toBe('fixed');
    await read('main');
    await until(() => shadow.reader.outcomes().size > 0);
    await shadow.close();
    await database.close();
    const [outcome, ...others] = [...shadow.reader.outcomes()];
    expect(others).toEqual([]);
    expect(outcome).toEqual([expect.stringMatching(/^stand-in@/), { compared: 1, dropped: 0, failed: 0 }]);
    expect(modelsFor(shadow.models, 'other').shadow).toBeUndefined();

    const path = join(directory, 'config.json');
    await writeFile(path, JSON.stringify(json));
    const said: string[] = [];
    const write = (line: string) => void said.push(line);
    expect(await main(['shadow', '--config', path], { stdout: write, stderr: write })).toBe(0);
    expect(said[0]).toMatch(/^## main: fixed@1 shown, stand-in@\S+ in the shadow$/);
    expect(said.join('\n')).toMatch(/^\| .+ \| 1 \| 0 \| 1 \| 0 \| 0 \| – \|$/m);
  }, 60_000);

  it('is not opened where no tenant has one', async () => {
    const config = parseConfig({});
    const options = { config, directory: MODELS_DIRECTORY, log: pino({ level: 'silent' }) };
    const database = await openConfiguredDatabase(parseConfig({ databaseDirectory: join(directory, 'none') }));
    expect(await openShadow(fixedModels(), { ...options, database })).toBeUndefined();
    await database.close();
  });
});
