// The flow writer thread: seals minutes, makes the coarser tiers and removes what is old, away from the receiving thread.
import { parentPort, workerData } from 'node:worker_threads';
import type { FlowStoreSettings, Request, Response, WriterCall } from './protocol.ts';
import { FlowWriter } from './writer/flow-writer.ts';

const port = parentPort;
if (port === null) throw new Error('the flow writer runs as a thread only');
const post = (response: Response): void => port.postMessage(response);

const { dir } = workerData as FlowStoreSettings;
const writer = new FlowWriter({ dir, onNote: (note) => post({ note }) });

function run(call: WriterCall): unknown {
  switch (call.kind) {
    case 'write':
      try {
        writer.write(call.closed);
      } finally {
        // Now, not when V8 thinks of it: this thread allocates too little for that.
        call.closed.buffer.transfer(0);
        call.closed.addresses.buffer.transfer(0);
      }
      return undefined;
    case 'upkeep':
      writer.upkeep(call.nowS, call.retention, call.maxBytes, call.presentS);
      return undefined;
    case 'status':
      return writer.status();
    case 'close':
      writer.close();
      return undefined;
  }
}

port.on('message', ({ id, call }: Request<WriterCall>) => {
  try {
    post({ id, answer: run(call) });
  } catch (error) {
    post({ id, failure: error instanceof Error ? error.message : String(error) });
  }
  if (call.kind === 'close') port.close();
});
