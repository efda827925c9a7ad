// The sample network in a thread of the engine: says what it consists of, then lives until it is terminated.
import { parentPort, workerData } from 'node:worker_threads';
import { startLab } from './index.ts';

const { flows } = workerData as { flows?: { host: string; port: number } };
const lab = await startLab({ flows });

parentPort?.postMessage({
  routers: lab.routers.map(({ name, host, port, username, password }) => ({
    name,
    address: host,
    port,
    username,
    password,
  })),
  targets: lab.exporters.map(({ job, exporter }) => ({ job, url: exporter.url })),
});
