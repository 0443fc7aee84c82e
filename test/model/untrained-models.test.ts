import { untrainedModels } from '../../src/model/untrained-models.ts';
import { seededRandom } from '../../src/random.ts';
import { runOnnx } from './run-onnx.ts';

describe('untrainedModels', () => {
  it('says in its manifest that scores are random', () => {
    expect(
      untrainedModels().map(({ manifest }) => [manifest.name, manifest.trust, manifest.input.leads.length]),
    ).toEqual([
      ['untrained-12-lead', 'untrained', 12],
      ['untrained-1-lead', 'untrained', 1],
    ]);
    for (const { manifest } of untrainedModels()) {
      expect(manifest.notice).toBe('UNTRAINED network: scores are random, not for clinical use');
      expect(manifest.thresholds.basis).toBe('uncalibrated');
    }
  });

  it('is the same at every start', () => {
    const checksums = () => untrainedModels().map(({ manifest }) => manifest.onnx.sha256);
    expect(checksums()).toEqual(checksums());
  });

  it('gives 150 scores of which most, but not all, are below one half', async () => {
    for (const { manifest, onnx } of untrainedModels()) {
      const random = seededRandom(1);
      const leads = manifest.input.leads.length;
      const window = Float32Array.from({ length: leads * 5000 }, () => 4 * random() - 2);
      const [logits = []] = (await runOnnx(onnx, [window], { leads })).logits;
      const positive = logits.filter((logit) => logit > 0).length;
      expect(logits).toHaveLength(150);
      expect(positive).toBeGreaterThan(0);
      expect(positive).toBeLessThan(50);
    }
  });
});
