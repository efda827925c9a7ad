// The flow thread: receives, decodes and sums, so that nothing the main thread does delays a packet.
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../clock.ts';
import type { ClosedConversations } from '../../store/flows/index.ts';
import { FlowConversations } from './conversations/index.ts';
import { FlowDecoder } from './decoder/index.ts';
import { allowList } from './allow-list.ts';
import { loadKept } from './kept-file.ts';
import { Keeper } from './keeper.ts';
import { LiveMinute } from './live/index.ts';
import type { Endpoint, FlowThreadSettings, FromFlowThread, ToFlowThread } from './messages.ts';
import { openReceiver, type Receiver } from './receiver.ts';
import { ThreadReport } from './thread-report.ts';
import { FlowTotals } from './totals/index.ts';
import { collectAfterStart } from '../../threads/index.ts';

collectAfterStart();

const settings = workerData as FlowThreadSettings;
const port = parentPort;
if (port === null) throw new Error('flow-thread is started as a worker only');
const post = (message: FromFlowThread): void => port.postMessage(message);

const totals = new FlowTotals({ portsPerExporter: settings.maxPortsPerExporter });
const conversations = new FlowConversations({
  limits: { conversationsPerExporter: settings.maxConversations },
  onClosed: (closed) => port.postMessage({ kind: 'closed', closed } satisfies FromFlowThread, transferOf(closed)),
});
const transferOf = ({ buffer, addresses }: ClosedConversations): ArrayBuffer[] => [buffer, addresses.buffer];

const decoder = new FlowDecoder({
  sink: (batch, exporter, context) => {
    totals.sink(batch, exporter, context);
    conversations.add(batch, exporter, context, totals.isNew);
    live?.add(batch, exporter, context);
  },
  unread: ['natSrc', 'natSrcPort', 'srcMac', 'dstMac', 'application', 'tcpFlags'],
  limits: { pendingWaitMs: settings.templateWaitMs },
  sampling: settings.sampling,
  kept: settings.keptFile === undefined ? [] : loadKept(settings.keptFile, systemClock.now()),
  isAllowed: allowList(settings.allowed),
});
const report = new ThreadReport(decoder, totals, conversations);

/** The last minute, while somebody looks at it. */
let live: LiveMinute | undefined;
let liveTimer: NodeJS.Timeout | undefined;

const watch = (isWatched: boolean): void => {
  clearInterval(liveTimer);
  live = isWatched ? (live ?? new LiveMinute(systemClock.now())) : undefined;
  if (!isWatched) return;
  liveTimer = setInterval(() => {
    if (live !== undefined) post(live.snapshot(systemClock.now()));
  }, 1_000);
};

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
const keeper = new Keeper(settings.keptFile, decoder, previousMs, (error) =>
  post({ kind: 'not-kept', reason: error instanceof Error ? error.message : String(error) }),
);

const flush = (): void => {
  const atMs = systemClock.now();
  decoder.sweep(atMs);
  conversations.tick(atMs);
  const known = new Set(decoder.exporters.values());
  totals.retain(known);
  conversations.retain(known);
  post({
    kind: 'flush',
    atMs,
    previousMs,
    exporters: report.exporters(),
    waiting: report.waiting(),
    notAllowed: decoder.notAllowed,
    refused: [...decoder.refused],
    strangers: [...decoder.strangers],
  });
  previousMs = atMs;
  keeper.tick(atMs);
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
    if (message.kind === 'speeds') decoder.setSpeeds(message.speeds);
    else if (message.kind === 'watch') watch(message.isWatched);
    else {
      clearInterval(timer);
      watch(false);
      void closeAll().then(async () => {
        flush();
        conversations.close(systemClock.now());
        await keeper.last(systemClock.now());
        post({ kind: 'stopped' });
        port?.close();
      });
    }
  });
  post({ kind: 'listening', sockets: receivers.map(({ bound }) => bound) });
}

await run();
