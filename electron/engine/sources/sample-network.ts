// The switch of the sample network: on and off one after the other, whoever asks.
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { Logger } from '../telemetry/index.ts';
import type { LabDescription, LabSenders, RunningLab, SendTo } from './lab.ts';
import { createTurns } from '../turns.ts';

/** The doors through which its edges, clients and headends come. */
export type SampleDoors = {
  open(senders: LabSenders): Promise<SendTo>;
  /** They close, and whoever came through them is gone. */
  close(): Promise<void>;
  /** The engine stops. */
  end(): Promise<void>;
};

export type SampleNetwork = {
  /** The number of its devices; does nothing more when it runs already. */
  start(): Promise<number>;
  stop(): Promise<void>;
  /** The engine stops: the thread ends, and none starts any more. */
  end(): Promise<void>;
  description(): LabDescription | undefined;
};

export function createSampleNetwork(options: {
  readonly startThread: (
    flows: { readonly host: string; readonly port: number } | undefined,
    onExit: (cause: unknown) => void,
  ) => Promise<RunningLab>;
  /** Where its flow exporters send to; undefined where nobody listens. */
  readonly flowPort: () => Promise<number | undefined>;
  readonly doors: SampleDoors;
  /** Its devices come or go. */
  readonly onChange: () => Promise<void>;
  readonly onProblem: (sentence: string | undefined) => void;
  readonly logger: Logger;
}): SampleNetwork {
  const { startThread, flowPort, doors, onChange, onProblem, logger } = options;
  let lab: RunningLab | undefined;
  let sendsTo: SendTo = {};
  let isEnding = false;
  const inTurn = createTurns();

  const exited = (cause: unknown): void => {
    logger.error({ err: cause }, 'the sample network ended by itself');
    lab = undefined;
    onProblem('The sample network stopped by itself.');
    inTurn(async () => {
      // One that was started meanwhile keeps its doors.
      if (lab === undefined) await doors.close();
      await onChange();
    }).catch((error: unknown) => logger.error({ err: error }, 'the sample network was not cleared away'));
  };

  const letIn = async (running: RunningLab): Promise<void> => {
    const { senders } = running.description;
    if (senders === undefined) return;
    sendsTo = await doors.open(senders);
    running.sendTo(sendsTo);
  };

  return {
    start: () =>
      inTurn(async () => {
        if (isEnding) throw new LinewardenError('LW_LAB_FAILED', 'The sample network did not start: the engine stops.');
        if (lab === undefined) {
          const port = await flowPort();
          const flows = port === undefined ? undefined : { host: '127.0.0.1', port };
          lab = await startThread(flows, exited);
          onProblem(undefined);
          await onChange();
          await letIn(lab);
        }
        const { routers, targets, senders } = lab.description;
        return routers.length + targets.length + (senders === undefined ? 0 : countOf(senders, sendsTo));
      }),
    stop: () =>
      inTurn(async () => {
        const running = lab;
        lab = undefined;
        onProblem(undefined);
        // Its devices first: routers that vanish under their pollers would be logged as failures.
        await doors.close();
        await onChange();
        await running?.stop();
      }),
    end() {
      isEnding = true;
      return inTurn(async () => {
        await doors.end();
        await lab?.stop();
        lab = undefined;
      });
    },
    description: () => lab?.description,
  };
}

const countOf = ({ edges, clients, headends }: LabSenders, { mqtt, push }: SendTo): number =>
  (mqtt === undefined ? 0 : edges.ids.length) + (push === undefined ? 0 : clients.length + headends.length);
