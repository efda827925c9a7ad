// The flow reader thread: questions, one after the other; exists while somebody asks.
import { parentPort, workerData } from 'node:worker_threads';
import type { FlowStoreSettings, ReaderCall, Request, Response } from './protocol.ts';
import { answerPlan } from './query/index.ts';
import { StoredFlows } from './reader/scanner.ts';

const port = parentPort;
if (port === null) throw new Error('the flow reader runs as a thread only');
const post = (response: Response): void => port.postMessage(response);

const { dir } = workerData as FlowStoreSettings;
const stored = new StoredFlows(dir);

function run(call: ReaderCall): unknown {
  switch (call.kind) {
    case 'ask':
      return answerPlan(stored, call.plan, () => Atomics.load(call.cancelled, 0) !== 0);
    case 'close':
      stored.close();
      return undefined;
  }
}

port.on('message', ({ id, call }: Request<ReaderCall>) => {
  try {
    post({ id, answer: run(call) });
  } catch (error) {
    post({ id, failure: error instanceof Error ? error.message : String(error) });
  }
  if (call.kind === 'close') port.close();
});
