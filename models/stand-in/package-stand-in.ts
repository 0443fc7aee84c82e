/**
 * Makes this folder's model of the trained checkpoint:
 *
 *   node models/stand-in/package-stand-in.ts CHECKPOINT.pth
 *
 * reads evaluation.json here; writes manifest.json and stand-in.onnx here. `cardhook model import --force` is not for
 * this folder: it would replace the whole of it.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { withFileSource } from '../../src/edges/model-files/file-source.ts';
import { importModel } from '../../src/model/import-model.ts';
import { evaluationSchema, standInManifest } from './stand-in-manifest.ts';

const [checkpoint] = process.argv.slice(2);
if (checkpoint === undefined) throw new Error('name the checkpoint that train.py wrote');

const folder = import.meta.dirname;
const evaluation = evaluationSchema.parse(JSON.parse(await readFile(join(folder, 'evaluation.json'), 'utf8')));
const request = { name: 'stand-in', fileName: basename(checkpoint) };
const { manifest: imported, onnx } = await withFileSource(checkpoint, (source) => importModel(source, request));
const manifest = standInManifest(imported, evaluation);
await writeFile(join(folder, manifest.onnx.file), onnx);
await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
process.stdout.write(`${manifest.name} ${manifest.version}, ${onnx.length} bytes, SHA-256 ${manifest.onnx.sha256}\n`);
