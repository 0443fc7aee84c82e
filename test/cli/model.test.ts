import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runModel } from '../../src/cli/model.ts';
import type { OpenModel } from '../../src/cli/model-run.ts';
import { saveModel } from '../../src/edges/model-files/model-store.ts';
import { ECGFOUNDER_CONFIG } from '../../src/model/net1d.ts';
import { randomNet1d } from '../../src/model/random-net1d.ts';
import { untrainedModels } from '../../src/model/untrained-models.ts';
import { releasedCheckpoint } from '../model/checkpoint/torch-writer.ts';

const CONFIG = {
  ...ECGFOUNDER_CONFIG,
  in_channels: 1,
  base_filters: 4,
  filter_list: [4],
  m_blocks_list: [1],
  groups_width: 4,
};
const PUBLISHED = [8.3751173, -4.1527028, -6.785675, -2.86479, 4.4135675];

/** Answers with these logits and a feature map of four channels and two time bins, and counts how often it is closed. */
function fakeModel(logits: readonly number[]) {
  const calls = { inputs: [] as Float32Array[], closed: 0 };
  const open: OpenModel = async (manifest) => ({
    manifest,
    run: async (input) => {
      calls.inputs.push(input);
      return { logits: Float32Array.from(logits), featureMap: Float32Array.of(1, 3, 0, 0, -1, 1, 2, 2) };
    },
    close: async () => {
      calls.closed += 1;
    },
  });
  return { open, calls };
}

describe('cardhook model', () => {
  let directory: string;
  let checkpoint: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'cardhook-cli-'));
    checkpoint = join(directory, 'one_lead.pth');
    await writeFile(checkpoint, releasedCheckpoint(randomNet1d(CONFIG, 1).weights));
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function run(args: readonly string[], open?: OpenModel) {
    const lines = { stdout: [] as string[], stderr: [] as string[] };
    const io = {
      stdout: (line: string) => void lines.stdout.push(line),
      stderr: (line: string) => void lines.stderr.push(line),
    };
    const inDirectory = args[0] === undefined || args[0] === 'help' ? [] : ['--models', join(directory, 'models')];
    const code = await runModel([...args, ...inDirectory], io, open);
    return { code, stdout: lines.stdout.join('\n'), stderr: lines.stderr.join('\n') };
  }
  const importNamed = (name: string, ...rest: string[]) => run(['import', checkpoint, '--name', name, ...rest]);
  const writeInput = async (count: number) => {
    const path = join(directory, 'input.f32');
    await writeFile(path, new Uint8Array(Float32Array.from({ length: count }, (_, index) => index).buffer));
    return path;
  };

  it('imports a checkpoint and lists it', async () => {
    const { code, stdout, stderr } = await importNamed('mine');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('lead I, 150 outputs, recipe ecgfounder, uncalibrated thresholds');
    expect((await run(['list', '--json'])).stdout).toMatch(/^\[\{"name":"mine","manifest":\{/);
    expect((await run(['list'])).stdout).toMatch(
      /^mine\n {2}mine, imported from one_lead\.pth, version [0-9a-f]{12}, trust: site\n/,
    );
  });

  it('says on stderr what may be wrong with the model', async () => {
    const mean = { shape: [4], values: Float32Array.of(0, 0, 0, 0.25) };
    const weights = new Map([...randomNet1d(CONFIG, 1).weights, ['first_bn.running_mean', mean] as const]);
    await writeFile(checkpoint, releasedCheckpoint(weights));
    const { code, stderr } = await importNamed('mine');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^cardhook model import: warning: .*batch norm/);
  });

  it('imports with leads, labels, a recipe, and prints JSON', async () => {
    const labels = join(directory, 'labels.txt');
    await writeFile(labels, Array.from({ length: 150 }, (_, index) => `label ${index}`).join('\n'));
    const { stdout } = await importNamed('mine', '--leads', 'II', '--labels', labels, '--recipe', 'z-score', '--json');
    const { manifest } = JSON.parse(stdout);
    expect(manifest).toMatchObject({ input: { leads: ['II'], recipe: 'z-score' }, trust: 'site' });
    expect(manifest.labels[149]).toBe('label 149');
  });

  it('replaces a model only with --force', async () => {
    await importNamed('mine');
    await expect(importNamed('mine')).rejects.toThrow('replace it with --force');
    expect((await importNamed('mine', '--force')).code).toBe(0);
  });

  it('refuses leads that do not fit the network, are unknown, and recipes that are none', async () => {
    await expect(importNamed('mine', '--leads', '12')).rejects.toThrow('the network takes 1 leads');
    await expect(importNamed('mine', '--leads', 'I,Q')).rejects.toThrow('--leads is 12, 1 or names');
    await expect(importNamed('mine', '--recipe', 'raw')).rejects.toThrow('--recipe is');
  });

  it('refuses a hostile checkpoint and stores nothing', async () => {
    await writeFile(checkpoint, Buffer.from('\x80\x02cos\nsystem\nX\x02\x00\x00\x00id\x85R.', 'latin1'));
    await expect(importNamed('mine')).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
    expect((await run(['list', '--json'])).stdout).toBe('[]');
    expect((await run(['list'])).stdout).toContain('no models in');
  });

  it('lists a broken model with the reason', async () => {
    await importNamed('mine');
    await writeFile(join(directory, 'models/mine/manifest.json'), '{}');
    expect((await run(['list'])).stdout).toContain('cannot be used: manifest:');
    expect((await run(['list', '--json'])).stdout).toContain('"error":{"code":"CONFIG_INVALID"');
  });

  it('runs raw windows one after another and closes the model', async () => {
    await importNamed('mine');
    const { open, calls } = fakeModel([0.5, -1]);
    const { stdout } = await run(
      ['run', 'mine', '--input', await writeInput(10_000), '--shape', '2,1,5000', '--json'],
      open,
    );
    expect(JSON.parse(stdout)).toEqual({
      logits: [
        [0.5, -1],
        [0.5, -1],
      ],
      features: [
        [2, 0, 0, 2],
        [2, 0, 0, 2],
      ],
    });
    expect(calls.inputs.map((input) => [input.length, input[0], input[4999]])).toEqual([
      [5000, 0, 4999],
      [5000, 5000, 9999],
    ]);
    expect(calls.closed).toBe(1);
  });

  it('runs on ONNX Runtime unless given something else', async () => {
    await importNamed('mine');
    const { stdout } = await run(['run', 'mine', '--input', await writeInput(5000), '--shape', '1,1,5000']);
    const { logits, features } = JSON.parse(stdout);
    expect([logits[0].length, features[0].length]).toEqual([150, 4]);
  });

  it('refuses input that is not of the shape, and shapes that are not the model’s', async () => {
    await importNamed('mine');
    const input = await writeInput(5000);
    const shaped = (shape: string) => run(['run', 'mine', '--input', input, '--shape', shape], fakeModel([]).open);
    await expect(shaped('2,1,5000')).rejects.toThrow('20000 bytes where --shape needs 40000');
    await expect(shaped('1,12,5000')).rejects.toThrow('the model takes --shape B,1,5000');
    await expect(shaped('0,1,5000')).rejects.toThrow('the model takes');
    await expect(shaped('1x1x5000')).rejects.toThrow('the model takes');
    await expect(shaped('1001,1,5000')).rejects.toThrow('at most 1000');
  });

  it('verifies weights, and says where there is nothing to compare with', async () => {
    await importNamed('mine');
    const { code, stdout } = await run(['verify', 'mine']);
    expect(code).toBe(0);
    expect(stdout).toContain('the weights are those of the manifest');
    expect(stdout).toContain("trust is 'site'; there are no published logits");
    await writeFile(join(directory, 'models/mine/mine.onnx'), 'x');
    await expect(run(['verify', 'mine'])).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  });

  it('compares the official model with the published logits of a ramp', async () => {
    const [untrained] = untrainedModels();
    if (untrained === undefined) throw new Error('no untrained model');
    const manifest = { ...untrained.manifest, trust: 'official' as const };
    await saveModel(join(directory, 'models'), { ...untrained, manifest });
    const { open, calls } = fakeModel(PUBLISHED);
    const good = await run(['verify', manifest.name], open);
    expect(good.code).toBe(0);
    expect(good.stdout).toContain('agree with those a third party published');
    expect([calls.inputs[0]?.[0], calls.inputs[0]?.[59_999], calls.closed]).toEqual([-1, 1, 1]);
    const bad = await run(['verify', manifest.name], fakeModel([...PUBLISHED.slice(0, 4), 4.42]).open);
    expect(bad.code).toBe(1);
    expect(bad.stdout).toContain('DIFFER');
    expect((await run(['verify', manifest.name], fakeModel([8.3751173]).open)).code).toBe(1);
  });

  it('explains a wrong call with exit code 2', async () => {
    for (const args of [
      [],
      ['frobnicate'],
      ['import', checkpoint],
      ['import', '--name', 'x'],
      ['run', 'mine'],
      ['verify', 'a', 'b'],
    ]) {
      const { code, stderr } = await run(args);
      expect(code).toBe(2);
      expect(stderr).toContain('cardhook model');
    }
    const help = await run(['help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('--shape B,C,L');
    await expect(run(['list', '--frobnicate'])).rejects.toMatchObject({ code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION' });
  });
});
