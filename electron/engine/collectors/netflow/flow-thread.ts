// The flow thread: receives, decodes and sums, so that nothing the main thread does delays a packet.
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../clock.ts';
import { FlowDecoder } from './decoder/index.ts';
import type { Exporter } from './decoder/index.ts';
import type {
  Endpoint,
  ExporterTotals,
  FlowThreadSettings,
  FromFlowThread,
  ToFlowThread,
  WaitingSender,
} from './messages.ts';
import { openReceiver, type Receiver } from './receiver.ts';
import { FlowTotals } from './totals/index.ts';
import { collectAfterStart } from '../../threads/index.ts';

collectAfterStart();

const settings = workerData as FlowThreadSettings;
const port = parentPort;
if (port === null) throw new Error('flow-thread is started as a worker only');
const post = (message: FromFlowThread): void => port.postMessage(message);

const totals = new FlowTotals({ portsPerExporter: settings.maxPortsPerExporter });
const decoder = new FlowDecoder({
  sink: totals.sink,
  limits: { pendingWaitMs: settings.templateWaitMs },
  sampling: settings.sampling,
});

let faultReported = false;
const reportFault = (error: unknown): void => {
  if (faultReported) return;
  faultReported = true;
  post({ kind: 'fault', stack: error instanceof Error ? (error.stack ?? error.message) : String(error) });
};

const onPacket = (packet: Uint8Array, address: string, sourcePort: number): void => {
  try {
    decoder.decode(packet, address, sourcePort, systemClock.now());
  } catch (error) {
    // A bug of ours that one sender's packets bring out must not stop the others' flows.
    decoder.countFault(address);
    reportFault(error);
  }
};

let previousMs = systemClock.now();

/** Told to the operator who sets an exporter up; forged addresses may make very many. */
const MAX_WAITING = 100;

const fieldsOf = ({ templates }: Exporter): number => {
  let most = 0;
  for (const { template } of templates) if (!template.options) most = Math.max(most, template.fields.length);
  return most;
};

const waitingSender = ({ address, versions, templates, lastPacketMs }: Exporter): WaitingSender => ({
  address,
  versions: [...versions.keys()],
  templates: templates.size,
  lastPacketMs,
});

const flush = (): void => {
  const atMs = systemClock.now();
  decoder.sweep(atMs);
  const known = new Set(decoder.exporters.values());
  totals.retain(known);
  const exporters = decoder.proven().map((exporter): ExporterTotals => ({
    address: exporter.address,
    versions: [...exporter.versions].map(([version, counts]) => ({ version, ...counts })),
    dropped: [...exporter.dropped],
    ignored: [...exporter.ignored],
    lost: [...exporter.lost],
    templates: exporter.templates.size,
    fields: fieldsOf(exporter),
    samplingRatio: exporter.samplingRatio,
    lastPacketMs: exporter.lastPacketMs,
    rows: totals.flush(exporter),
  }));
  post({
    kind: 'flush',
    atMs,
    previousMs,
    exporters,
    waiting: decoder.waiting().slice(-MAX_WAITING).map(waitingSender),
    refused: [...decoder.refused],
    strangers: [...decoder.strangers],
  });
  previousMs = atMs;
};

const receivers: Receiver[] = [];

async function listen(endpoint: Endpoint): Promise<boolean> {
  try {
    receivers.push(await openReceiver(endpoint, onPacket, reportFault));
    return true;
  } catch (error) {
    const errorCode = error instanceof Error && 'code' in error ? String(error.code) : '';
    post({ kind: 'failed', endpoint, errorCode, message: error instanceof Error ? error.message : String(error) });
    return false;
  }
}

const closeAll = (): Promise<unknown> => Promise.all(receivers.map((receiver) => receiver.close()));

async function run(): Promise<void> {
  for (const endpoint of settings.listen) {
    if (!(await listen(endpoint))) {
      await closeAll();
      port?.close();
      return;
    }
  }
  previousMs = systemClock.now();
  const timer = setInterval(flush, settings.flushIntervalMs);
  port?.on('message', (message: ToFlowThread) => {
    if (message.kind !== 'stop') return;
    clearInterval(timer);
    void closeAll().then(() => {
      flush();
      post({ kind: 'stopped' });
      port?.close();
    });
  });
  post({ kind: 'listening', sockets: receivers.map(({ bound }) => bound) });
}

await run();
