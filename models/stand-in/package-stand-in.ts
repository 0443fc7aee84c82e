/**
 * Makes a stand-in of a trained checkpoint, in this folder or, of one for lead I alone, in `stand-in-1-lead`:
 *
 *   node models/stand-in/package-stand-in.ts CHECKPOINT.pth
 *
 * reads evaluation.json beside the checkpoint; writes manifest.json, the ONNX file and evaluation.json.
 * `cardhook model import --force` is not for these folders: it would replace the whole of them.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { withFileSource } from '../../src/edges/model-files/file-source.ts';
import { importModel } from '../../src/model/import-model.ts';
import { evaluationSchema, standInManifest } from './stand-in-manifest.ts';

const [checkpoint] = process.argv.slice(2);
if (checkpoint === undefined) throw new Error('name the checkpoint that train.py wrote');

const evaluation = evaluationSchema.parse(
  JSON.parse(await readFile(join(dirname(checkpoint), 'evaluation.json'), 'utf8')),
);
const packaged = (name: string) =>
  withFileSource(checkpoint, (source) => importModel(source, { name, fileName: basename(checkpoint) }));
const twelve = await packaged('stand-in');
const { manifest: imported, onnx } =
  twelve.manifest.input.leads.length === 1 ? await packaged('stand-in-1-lead') : twelve;
const manifest = standInManifest(imported, evaluation);
const folder = join(import.meta.dirname, '..', manifest.name);
await mkdir(folder, { recursive: true });
await writeFile(join(folder, manifest.onnx.file), onnx);
await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
await writeFile(join(folder, 'evaluation.json'), `${JSON.stringify(evaluation, null, 2)}\n`);
process.stdout.write(`${manifest.name} ${manifest.version}, ${onnx.length} bytes, SHA-256 ${manifest.onnx.sha256}\n`);
