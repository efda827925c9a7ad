// The writer thread: its calls, and what it tells the readers.
import { type MessagePort, parentPort } from 'node:worker_threads';
import { buffersOf } from './batch.ts';
import { cannotOpen } from './format.ts';
import { storeClosed, toWire } from './to-wire.ts';
import type { HeadGroup } from './head/group.ts';
import {
  type HeadMessage,
  type RawRows,
  type ReaderMessage,
  type Request,
  SERIES_AT_ONCE,
  type SharedGroup,
  type WriterAnswer,
  type WriterCall,
  type WriterEvent,
} from './protocol.ts';
import { MetricWriter } from './writer/metric-writer.ts';
import { collectAfterStart } from '../../threads/index.ts';

collectAfterStart();

const port = parentPort;
if (port === null) throw new Error('the metric writer runs as a thread only');

let writer: MetricWriter | undefined;
const readers = new Set<MessagePort>();

const tell = (message: HeadMessage): void => {
  for (const reader of readers) reader.postMessage(message);
};
const announce = (event: WriterEvent): void => port.postMessage(event);

function shared(of: MetricWriter, group: HeadGroup): SharedGroup {
  const { buffer, rowCapacity, columnCapacity } = group.table;
  return { key: group.key, buffer, rowCapacity, columnCapacity, ids: of.seriesIdsOf(group) };
}

function open(call: Extract<WriterCall, { kind: 'open' }>): undefined {
  let opened: MetricWriter;
  try {
    opened = new MetricWriter(call, {
      onCommitted: (series, groups) => {
        for (let at = 0; at < series.length; at += SERIES_AT_ONCE)
          tell({ kind: 'series', series: series.slice(at, at + SERIES_AT_ONCE) });
        if (groups.length > 0) tell({ kind: 'groups', groups: groups.map((group) => shared(opened, group)) });
      },
      onForgotten: (ids) => tell({ kind: 'forgotten', ids }),
      onRelease: (mondayMs) => tell({ kind: 'release', mondayMs }),
      onReleaseTier: (name) => tell({ kind: 'releaseTier', name }),
      onTombstones: (tombstones) => tell({ kind: 'tombstones', tombstones }),
      onRetention: (retention) => tell({ kind: 'retention', retention }),
      onSamplesFrom: (fromMs) => tell({ kind: 'samplesFrom', fromMs }),
      onProblem: (problem, isPaused) => announce({ event: 'problem', problem, isPaused }),
    });
  } catch (error) {
    throw cannotOpen(call.dir, error);
  }
  writer = opened;
}

/** A reader gets all groups at once; series of committed rows it reads from head.db by itself. */
function attach(to: MetricWriter, readerPort: MessagePort): undefined {
  // Also when the reader's thread dies.
  readerPort.on('close', () => readers.delete(readerPort));
  readerPort.on('message', (message: ReaderMessage) => {
    if (message.kind === 'damaged') to.readerFoundDamage(message.mondayMs, message.wholeFile);
    else if (message.kind === 'damagedLabels') to.readerFoundDamagedLabels(message.series);
    else to.readerFoundTierDamage(message.name, message.wholeFile);
  });
  readerPort.unref();
  to.commit();
  readers.add(readerPort);
  readerPort.postMessage({
    kind: 'groups',
    groups: Array.from(to.groups, (group) => shared(to, group)),
  } satisfies HeadMessage);
  readerPort.postMessage({ kind: 'tombstones', tombstones: to.tombstones } satisfies HeadMessage);
  readerPort.postMessage({ kind: 'retention', retention: to.retention } satisfies HeadMessage);
  readerPort.postMessage({ kind: 'samplesFrom', fromMs: to.samplesFromMs } satisfies HeadMessage);
}

type Handlers = {
  [K in WriterCall['kind']]: (call: Extract<WriterCall, { kind: K }>) => WriterAnswer[K] | Promise<WriterAnswer[K]>;
};

const running = (): MetricWriter => {
  if (writer === undefined) throw storeClosed();
  return writer;
};

const handlers: Handlers = {
  open,
  define: (call) => {
    running().define(call.series);
    return undefined;
  },
  append: async (call) => {
    running().define(call.series);
    const result = await running().append(call.batch, call);
    return { result, buffers: buffersOf(call.batch) };
  },
  attach: (call) => attach(running(), call.port),
  retention: async (call) => {
    await running().applyRetention(call);
    return undefined;
  },
  setRetention: async (call) => {
    await running().setRetention(call.retention, call.maxBytes, call);
    return undefined;
  },
  delete: (call) => running().deleteSeries(call.seriesIds, call.startMs, call.endMs, call.nowMs),
  report: (call) => running().report(call.parts),
  upkeep: async (call) => {
    await running().runUpkeep(call);
    return undefined;
  },
  maxSeries: (call) => {
    running().setMaxSeries(call.maxSeries);
    return undefined;
  },
  seal: () => {
    running().sealAll();
    return undefined;
  },
  status: () => running().status(),
  idsOf: (call) => running().idsOf(call.refs),
  rows: (call) => running().rowsAfter(call.afterSeq, call.maxBytes),
  keepRows: (call) => {
    running().keepRowsAfter(call.afterSeq);
    return undefined;
  },
  labels: (call) => running().labels(call.ids),
  ping: () => undefined,
  close: () => {
    writer?.close();
    writer = undefined;
    for (const reader of readers) reader.close();
    return undefined;
  },
};

function handedOver(call: WriterCall, answered: unknown): ArrayBuffer[] {
  if (call.kind === 'append') return buffersOf(call.batch);
  return call.kind === 'rows' ? (answered as RawRows).rows.map(({ body }) => body.buffer) : [];
}

async function answer({ id, call }: Request<WriterCall>): Promise<void> {
  try {
    const handle = handlers[call.kind] as (call: WriterCall) => unknown;
    const answered = await handle(call);
    port?.postMessage({ id, answer: answered }, handedOver(call, answered));
  } catch (error) {
    port?.postMessage({ id, error: toWire(error) });
  }
  // Nothing else keeps the thread alive.
  if (call.kind === 'close') port?.close();
}

port.on('message', (request: Request<WriterCall>) => void answer(request));
