import { workerData } from 'node:worker_threads';
import { type Shard, writeShard } from './simulate-shard.ts';

const shard: Shard = workerData;
await writeShard(shard);
