import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { createOnnxModel } from '../../../src/edges/onnx/onnx-model.ts';
import { recordingLog } from './recording-log.ts';
import { randomWindow, writeTinyModel } from './tiny-model.ts';

/** SwiftShader, a Vulkan driver without a GPU, as Debian's chromium package ships it. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const TIMEOUT_MS = 60_000;
const run = promisify(execFile);

/** Vulkan reads its environment when it is first loaded, so each driver needs a process of its own. */
async function openInChild(driver: string) {
  const { manifest, modelDir } = await writeTinyModel();
  const script = new URL('./open-in-child.ts', import.meta.url).pathname;
  const env = { ...process.env, VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver };
  const { stdout } = await run(process.execPath, [script, JSON.stringify(manifest), modelDir], { env });
  const cpu = await createOnnxModel(manifest, modelDir, {
    executionProvider: 'cpu',
    workers: 1,
    log: recordingLog().log,
  });
  const outputs = await Promise.all([1, 2].map((seed) => cpu.run(randomWindow(seed))));
  await cpu.close();
  await rm(modelDir, { recursive: true });
  return {
    child: JSON.parse(stdout.trim().split('\n').at(-1) ?? ''),
    logits: outputs.map(({ logits }) => [...logits]),
  };
}

(existsSync(SWIFTSHADER) ? describe : describe.skip)('createOnnxModel with WebGPU', () => {
  it(
    'runs on a Vulkan driver, in one worker of one model at a time, and agrees with the CPU',
    async () => {
      const { child, logits } = await openInChild(SWIFTSHADER);
      expect(child).toMatchObject({ executionProvider: 'webgpu', fallbacks: [], workers: 1 });
      expect(child.others).toEqual([['cpu', expect.stringMatching(/another model uses WebGPU/)], ['webgpu']]);
      expect(child.logits).toEqual(logits.map((row) => row.map((logit) => expect.closeTo(logit, 4))));
    },
    TIMEOUT_MS,
  );

  it(
    'falls back to the CPU with a reason where there is no driver',
    async () => {
      const { child, logits } = await openInChild('/nonexistent.json');
      expect(child).toMatchObject({
        executionProvider: 'cpu',
        workers: 2,
        fallbacks: [{ provider: 'webgpu', reason: expect.stringMatching(/adapter/i) }],
      });
      expect(child.lines).toContainEqual(expect.objectContaining({ level: 'error', fields: child.fallbacks[0] }));
      expect(child.logits).toEqual(logits);
    },
    TIMEOUT_MS,
  );
});
