import { createHash } from 'node:crypto';
import { STANDARD_LEADS } from '../../src/ecg/lead.ts';
import { type ImportRequest, importModel, trustOf } from '../../src/model/import-model.ts';
import type { Net1dConfig } from '../../src/model/manifest.ts';
import { net1dOnnx } from '../../src/model/onnx/net1d-onnx.ts';
import { randomNet1d } from '../../src/model/random-net1d.ts';
import { bytesSource } from './checkpoint/bytes-source.ts';
import { releasedCheckpoint } from './checkpoint/torch-writer.ts';

const CONFIG: Net1dConfig = {
  in_channels: 12,
  base_filters: 4,
  filter_list: [4],
  m_blocks_list: [1],
  kernel_size: 5,
  stride: 2,
  groups_width: 4,
  ratio: 1,
  n_classes: 150,
};

const checkpoint = (config: Partial<Net1dConfig> = {}) =>
  releasedCheckpoint(randomNet1d({ ...CONFIG, ...config }, 1).weights);
const run = (bytes: Uint8Array, request: Partial<ImportRequest> = {}) =>
  importModel(bytesSource(bytes), { name: 'mine', fileName: 'mine.pth', ...request });

describe('importModel', () => {
  it('makes a manifest and a graph of a checkpoint', async () => {
    const bytes = checkpoint();
    const { manifest, onnx } = await run(bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(onnx).toEqual(net1dOnnx(randomNet1d(CONFIG, 1)));
    expect(manifest).toEqual({
      name: 'mine',
      version: sha256.slice(0, 12),
      title: 'mine, imported from mine.pth',
      trust: 'site',
      licence: 'that of the checkpoint',
      architecture: CONFIG,
      input: { leads: STANDARD_LEADS, samplingRate: 500, length: 5000, recipe: 'ecgfounder', notch: 50 },
      labelSet: 'ecgfounder',
      disabledOutputs: [],
      lowTierOutputs: [],
      thresholds: { basis: 'uncalibrated', default: 0.5, byOutput: {} },
      onnx: { file: 'mine.onnx', sha256: createHash('sha256').update(onnx).digest('hex'), bytes: onnx.length },
      source: { file: 'mine.pth', sha256 },
    });
  });

  it('gives a single-lead network lead I unless told otherwise', async () => {
    expect((await run(checkpoint({ in_channels: 1 }))).manifest.input.leads).toEqual(['I']);
    expect((await run(checkpoint({ in_channels: 1 }), { leads: ['II'] })).manifest.input.leads).toEqual(['II']);
  });

  it('takes leads, labels and the recipe as given', async () => {
    const request = { leads: ['I', 'II', 'V2'], labels: ['Low EF', 'Normal EF'], recipe: 'z-score' } as const;
    const { manifest } = await run(checkpoint({ in_channels: 3, n_classes: 2 }), request);
    expect(manifest.input).toMatchObject({ leads: ['I', 'II', 'V2'], recipe: 'z-score' });
    expect(manifest.labels).toEqual(['Low EF', 'Normal EF']);
    expect(manifest.labelSet).toBeUndefined();
  });

  it('warns of batch norm that was trained, since it is left out as in the released network', async () => {
    const filled = (value: number) => ({ shape: [4], values: new Float32Array(4).fill(value) });
    const withBatchNorm = (changes: Readonly<Record<string, number>>) => {
      const initial = { weight: 1, bias: 0, running_mean: 0, running_var: 1 };
      const layers = ['first_bn', 'stage_list.0.block_list.0.bn2'].flatMap((layer) =>
        Object.entries(initial).map(([name, value]) => [`${layer}.${name}`, value] as const),
      );
      const values = new Map([...layers, ...Object.entries(changes)]);
      const batchNorm = [...values].map(([name, value]) => [name, filled(value)] as const);
      return releasedCheckpoint(new Map([...randomNet1d(CONFIG, 1).weights, ...batchNorm]));
    };
    expect((await run(withBatchNorm({}))).warnings).toEqual([]);
    expect((await run(checkpoint())).warnings).toEqual([]);
    for (const [name, value] of [
      ['running_mean', 0.1],
      ['running_var', 0.9],
      ['weight', 0.5],
      ['bias', -1],
    ] as const) {
      const changed = `stage_list.0.block_list.0.bn2.${name}`;
      expect((await run(withBatchNorm({ [changed]: value }))).warnings).toEqual([
        expect.stringContaining(`(${changed}), which is left out`),
      ]);
    }
    const all = { 'first_bn.weight': 2, 'first_bn.bias': 2 };
    expect((await run(withBatchNorm(all))).warnings[0]).toContain('(first_bn.weight and 1 more)');
  });

  it('tells of its steps', async () => {
    const steps: string[] = [];
    await importModel(bytesSource(checkpoint()), { name: 'a', fileName: 'a.pth' }, (step) => steps.push(step));
    expect(steps).toHaveLength(2);
  });

  const refused: readonly (readonly [string, Partial<Net1dConfig>, Partial<ImportRequest>, string])[] = [
    ['a name that is a path', {}, { name: '../mine' }, 'a model is named'],
    ['a lead count without names', { in_channels: 8 }, {}, 'takes 8 leads'],
    ['one lead for twelve inputs', {}, { leads: ['I'] }, 'takes 12 leads'],
    ['a lead twice', { in_channels: 2 }, { leads: ['I', 'I'] }, 'takes 2 leads'],
    ['an output count without labels', { n_classes: 2 }, {}, '2 outputs; give --labels'],
    ['too few labels', { n_classes: 2 }, { labels: ['a'] }, 'not 1 different ones'],
    ['a label twice', { n_classes: 2 }, { labels: ['a', 'a'] }, 'not 1 different ones'],
  ];
  for (const [name, config, request, message] of refused) {
    it(`refuses ${name}`, async () => {
      await expect(run(checkpoint(config), request)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
      await expect(run(checkpoint(config), request)).rejects.toThrow(message);
    });
  }
});

describe('trustOf', () => {
  const released = 'ee199f3781f4ae1f732973267f003da0a759ea12bddb0dd28a77faa60aca7997';
  const request = { name: 'mine', fileName: 'mine.pth' };

  it('calls the released file official', () => {
    expect(trustOf(released, request)).toBe('official');
    expect(trustOf(released, { ...request, leads: STANDARD_LEADS, recipe: 'ecgfounder' })).toBe('official');
  });

  it('calls it the site’s when leads, labels or recipe are not those of the release', () => {
    expect(trustOf(released, { ...request, leads: STANDARD_LEADS.toReversed() })).toBe('site');
    expect(trustOf(released, { ...request, labels: ['a'] })).toBe('site');
    expect(trustOf(released, { ...request, recipe: 'z-score' })).toBe('site');
  });

  it('calls any other file the site’s', () => {
    expect(trustOf(released.replace('e', 'f'), request)).toBe('site');
  });
});
