// One run of the flow thread, from its start to its end.
import { Worker } from 'node:worker_threads';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import type { ClosedConversations } from '../../store/flows/index.ts';
import { threadEntry } from '../../threads/index.ts';
import type { LiveMessage } from './live/index.ts';
import type {
  BoundSocket,
  Endpoint,
  FlowThreadSettings,
  FlushMessage,
  FromFlowThread,
  ToFlowThread,
} from './messages.ts';

const START_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 3_000;
/** Packets are freed with the young generation: a big one lets their buffers pile up. */
const MAX_YOUNG_MB = 8;

export type ThreadHandlers = {
  onFlush(message: FlushMessage): void;
  onLive(message: LiveMessage): void;
  /** A minute of conversations is over. */
  onClosed(closed: ClosedConversations): void;
  /** A bug that one packet brought out; the thread goes on. */
  onFault(stack: string): void;
  /** Templates could not be kept for the next start. */
  onNotKept(reason: string): void;
};

export type ThreadRun = {
  readonly sockets: readonly BoundSocket[];
  /** Settles when the thread has ended, with the reason. */
  readonly ended: Promise<string>;
  tell(message: ToFlowThread): void;
  /** Closes the sockets, hands over a last flush and ends. */
  stop(): Promise<void>;
  /** Ends at once. */
  kill(): Promise<void>;
};

/** Resolves once all sockets are bound; rejects with LW_NETFLOW_* when one cannot be. */
export async function runFlowThread(settings: FlowThreadSettings, handlers: ThreadHandlers): Promise<ThreadRun> {
  const worker = new Worker(threadEntry('flow-thread'), {
    workerData: settings,
    name: 'flows',
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: MAX_YOUNG_MB },
  });
  const ended = new Promise<string>((resolve) => {
    let reason = 'it exited';
    worker.on('error', (error) => {
      reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    });
    worker.on('exit', () => resolve(reason));
  });
  const kill = async (): Promise<void> => {
    await worker.terminate();
  };
  worker.on('message', (message: FromFlowThread) => {
    if (message.kind === 'flush') handlers.onFlush(message);
    if (message.kind === 'closed') handlers.onClosed(message.closed);
    if (message.kind === 'live') handlers.onLive(message);
    if (message.kind === 'fault') handlers.onFault(message.stack);
    if (message.kind === 'not-kept') handlers.onNotKept(message.reason);
  });

  let sockets: readonly BoundSocket[];
  try {
    sockets = await firstWord(worker, ended);
  } catch (error) {
    await kill();
    throw error;
  }
  return {
    sockets,
    ended,
    kill,
    tell: (message) => worker.postMessage(message),
    async stop() {
      worker.postMessage({ kind: 'stop' } satisfies ToFlowThread);
      const timer = setTimeout(() => void worker.terminate(), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

function firstWord(worker: Worker, ended: Promise<string>): Promise<readonly BoundSocket[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new LinewardenError('LW_NETFLOW_START', 'The flow thread did not start within 15 seconds.'));
    }, START_TIMEOUT_MS);
    worker.on('message', (message: FromFlowThread) => {
      if (message.kind !== 'listening' && message.kind !== 'failed') return;
      clearTimeout(timer);
      if (message.kind === 'listening') resolve(message.sockets);
      else reject(listenError(message.endpoint, message.errorCode, message.message));
    });
    void ended.then((reason) => {
      clearTimeout(timer);
      reject(new LinewardenError('LW_NETFLOW_START', `The flow thread ended while starting: ${reason}`));
    });
  });
}

function listenError({ host, port }: Endpoint, errorCode: string, message: string): LinewardenError {
  const where = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  switch (errorCode) {
    case 'EADDRINUSE':
      return new LinewardenError(
        'LW_NETFLOW_PORT_IN_USE',
        `Flows cannot be received: UDP ${where} is already in use.`,
        {
          hint: 'Stop the other flow collector, or set another address under netflow.listen and send the flows there.',
        },
      );
    case 'EACCES':
      return new LinewardenError(
        'LW_NETFLOW_PORT_DENIED',
        `Flows cannot be received: this user may not open UDP ${where}.`,
        {
          hint: 'Use a port of 1024 or above under netflow.listen.',
        },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new LinewardenError(
        'LW_NETFLOW_ADDRESS',
        `Flows cannot be received: this machine has no address ${host}.`,
        {
          hint: 'Use 0.0.0.0 under netflow.listen, or an address of this machine.',
        },
      );
    default:
      return new LinewardenError('LW_NETFLOW_LISTEN', `Flows cannot be received on UDP ${where}: ${message}.`);
  }
}
