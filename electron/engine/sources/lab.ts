// The sample network: simulated routers, exporters and targets on loopback, run in a thread of their own.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { LinewardenError } from '../../../shared/model/errors.ts';
import { threadEntry } from '../threads/index.ts';

const START_TIMEOUT_MS = 15_000;

const descriptionSchema = z.object({
  routers: z.array(
    z.object({
      name: z.string(),
      address: z.string(),
      port: z.number(),
      username: z.string(),
      password: z.string(),
    }),
  ),
  targets: z.array(z.object({ job: z.string(), url: z.string() })),
  senders: z
    .object({
      edges: z.object({ username: z.string(), password: z.string(), ids: z.array(z.string()) }),
      clients: z.array(z.object({ id: z.string(), name: z.string(), type: z.string(), key: z.string() })),
      headends: z.array(z.object({ id: z.string(), name: z.string(), region: z.string(), datacenter: z.string() })),
      headendSecret: z.string(),
    })
    .optional(),
});

export type LabDescription = z.infer<typeof descriptionSchema>;

/** Those that send by themselves, with the keys that they have for this run. */
export type LabSenders = NonNullable<LabDescription['senders']>;

/** Where they send to; a way that is missing is not open. */
export type SendTo = { readonly mqtt?: string | undefined; readonly push?: string | undefined };

export type RunningLab = {
  readonly description: LabDescription;
  /** Once: from now on its senders send. */
  sendTo(to: SendTo): void;
  stop(): Promise<void>;
};

/** Instead of the small sample network: so many routers, and a day of troubles that lasts so long. */
export type LabDay = { readonly routers: number; readonly dayMs: number };

/**
 * Starts the sample network; its flow exporters send to `flows`. `onExit` is called when it ends by itself, with what it
 * threw if it did.
 */
export async function startLabThread(
  flows: { readonly host: string; readonly port: number } | undefined,
  onExit: (cause: unknown) => void,
  entry: URL = threadEntry('lab-thread'),
  day?: LabDay,
): Promise<RunningLab> {
  const worker = new Worker(entry, { workerData: { flows, day }, execArgv: [] });
  let stopping = false;
  let cause: unknown;
  // Without a listener a fault of the sample network would end the engine.
  worker.on('error', (error) => {
    cause = error;
  });
  worker.once('exit', () => {
    if (!stopping) onExit(cause);
  });
  try {
    const [message] = (await once(worker, 'message', { signal: AbortSignal.timeout(START_TIMEOUT_MS) })) as [unknown];
    const description = descriptionSchema.parse(message);
    return {
      description,
      sendTo: (to) => worker.postMessage(to),
      async stop() {
        stopping = true;
        await worker.terminate();
      },
    };
  } catch (error) {
    stopping = true;
    await worker.terminate();
    throw new LinewardenError('LW_LAB_FAILED', 'The sample network did not start.', { cause: error });
  }
}
