// The sample network in a thread of the engine: says what it consists of, then lives until it is terminated.
import { parentPort, workerData } from 'node:worker_threads';
import { startLab, type LabOptions } from './index.ts';
import { describeSenders, startSenders, type SendTo } from './senders.ts';

const { flows, day } = workerData as Pick<LabOptions, 'flows' | 'day'>;
const lab = await startLab({ flows, day });
const senders = day === undefined ? describeSenders() : undefined;

if (senders !== undefined) parentPort?.once('message', (to: SendTo) => startSenders(senders, to));
parentPort?.postMessage({
  routers: lab.routers.map(({ name, host, port, username, password }) => ({
    name,
    address: host,
    port,
    username,
    password,
  })),
  targets: lab.exporters.map(({ job, exporter }) => ({ job, url: exporter.url })),
  senders,
});
