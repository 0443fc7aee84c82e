import { shadowGauges } from '../../../src/cli/shadow-gauges.ts';
import { createShadowReader } from '../../../src/edges/shadow/shadow-reader.ts';
import { openDatabase } from '../../../src/edges/store/open-database.ts';
import { createShadowCounts } from '../../../src/edges/store/sql-shadow-counts.ts';
import { interpretEcg } from '../../../src/interpret-ecg.ts';
import { simulateEcg } from '../../../src/simulator/simulate-ecg.ts';
import { fixedModels } from '../../cds/fixed-models.ts';
import { until } from '../queue/start-write-back.ts';

const CONTEXT = { ageYears: 60 };
const ecg = simulateEcg({
  ...{ finding: 'ATRIAL FIBRILLATION', seed: 1, format: 'fhir', patient: { ids: ['secret'] } },
  recordedAt: '2026-01-01T00:00:00Z',
});

describe('reading in the shadow', () => {
  let isBusy = false;
  const open = async () => {
    const database = await openDatabase({});
    const counts = createShadowCounts(database);
    const failures: unknown[] = [];
    const onFailure = (error: unknown) => void failures.push(error);
    const reader = createShadowReader({ counts, isBusy: () => isBusy, onFailure, patienceMs: 60 });
    return { database, counts, reader, failures };
  };

  it('counts agreement label by label, keeps nothing of the patient, and adds up over processes', async () => {
    isBusy = false;
    const { database, counts, reader, failures } = await open();
    const shown = await interpretEcg(ecg, fixedModels(), CONTEXT);
    reader.offer('site', fixedModels(), shown, CONTEXT);
    await until(() => reader.outcomes().get('fixed@1')?.compared === 1);
    await reader.close();
    const stored = await counts.all();
    expect(stored).toHaveLength(150);
    expect(stored.find(({ both }) => both === 1)).toMatchObject({
      tenant: 'site',
      shown: 'fixed@1',
      shadow: 'fixed@1',
    });
    await counts.add(stored);
    expect((await counts.all()).reduce((sum, { both, neither }) => sum + both + neither, 0)).toBe(300);
    expect(JSON.stringify(stored)).not.toContain('secret');
    expect(failures).toEqual([]);
    const [, agreement] = shadowGauges(reader);
    const values = (await agreement?.read()) ?? [];
    expect(values.reduce((sum, { value }) => sum + value, 0)).toBe(150);
    expect(values.length).toBeLessThanOrEqual(11 * 4);
    await database.close();
  });

  it('drops what comes under load instead of waiting, and says how much', async () => {
    isBusy = true;
    const { database, counts, reader } = await open();
    const models = fixedModels();
    const shown = await interpretEcg(ecg, fixedModels(), CONTEXT);
    for (let offers = 0; offers < 10; offers += 1) reader.offer('site', models, shown, CONTEXT);
    // Four may wait beside the one that looks for a quiet moment.
    expect(reader.outcomes().get('fixed@1')?.dropped).toBe(5);
    await until(() => reader.outcomes().get('fixed@1')?.dropped === 10);
    expect(models.runs()).toBe(0);
    await reader.close();
    expect(await counts.all()).toEqual([]);
    await database.close();
  });
});
