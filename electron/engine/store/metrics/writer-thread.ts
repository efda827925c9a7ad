// The writer thread: its calls, and what it tells the reader.
import { type MessagePort, parentPort } from 'node:worker_threads';
import { storeClosed, toWire } from './to-wire.ts';
import type { HeadGroup } from './head/group.ts';
import type {
  HeadMessage,
  ReaderMessage,
  Request,
  SharedGroup,
  WriterAnswer,
  WriterCall,
  WriterEvent,
} from './protocol.ts';
import { MetricWriter } from './writer/metric-writer.ts';
import { collectAfterStart } from '../../threads/index.ts';

collectAfterStart();

const port = parentPort;
if (port === null) throw new Error('the metric writer runs as a thread only');

let writer: MetricWriter | undefined;
let reader: MessagePort | undefined;

const tell = (message: HeadMessage): void => reader?.postMessage(message);
const announce = (event: WriterEvent): void => port.postMessage(event);

function shared(of: MetricWriter, group: HeadGroup): SharedGroup {
  const { buffer, rowCapacity, columnCapacity } = group.table;
  return { key: group.key, buffer, rowCapacity, columnCapacity, ids: of.seriesIdsOf(group) };
}

function open(call: Extract<WriterCall, { kind: 'open' }>): undefined {
  const opened: MetricWriter = new MetricWriter(call, {
    onCommitted: (series, groups) => {
      if (series.length > 0) tell({ kind: 'series', series });
      if (groups.length > 0) tell({ kind: 'groups', groups: groups.map((group) => shared(opened, group)) });
    },
    onForgotten: (ids) => tell({ kind: 'forgotten', ids }),
    onRelease: (mondayMs) => tell({ kind: 'release', mondayMs }),
    onProblem: (problem, isPaused) => announce({ event: 'problem', problem, isPaused }),
  });
  writer = opened;
}

/** The reader gets all groups at once; series of committed rows it reads from head.db by itself. */
function attach(to: MetricWriter, readerPort: MessagePort): undefined {
  reader?.close();
  reader = readerPort;
  readerPort.on('message', (message: ReaderMessage) => to.readerFoundDamage(message.mondayMs, message.wholeFile));
  readerPort.unref();
  to.commit();
  tell({ kind: 'groups', groups: Array.from(to.groups, (group) => shared(to, group)) });
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
  append: (call) => {
    running().define(call.series);
    return running().append(call.batch, call.nowMs);
  },
  attach: (call) => attach(running(), call.port as unknown as MessagePort),
  retention: async (call) => {
    await running().applyRetention(call.nowMs);
    return undefined;
  },
  seal: () => {
    running().sealAll();
    return undefined;
  },
  status: () => running().status(),
  close: () => {
    writer?.close();
    writer = undefined;
    reader?.close();
    return undefined;
  },
};

async function answer({ id, call }: Request<WriterCall>): Promise<void> {
  try {
    const handle = handlers[call.kind] as (call: WriterCall) => unknown;
    port?.postMessage({ id, answer: await handle(call) });
  } catch (error) {
    port?.postMessage({ id, error: toWire(error) });
  }
  // Nothing else keeps the thread alive.
  if (call.kind === 'close') port?.close();
}

port.on('message', (request: Request<WriterCall>) => void answer(request));
