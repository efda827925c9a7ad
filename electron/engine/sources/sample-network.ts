// The switch of the sample network: on and off one after the other, whoever asks.
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { Logger } from '../telemetry/index.ts';
import type { LabDescription, RunningLab } from './lab.ts';
import { createTurns } from '../turns.ts';

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
  /** Its devices come or go. */
  readonly onChange: () => Promise<void>;
  readonly onProblem: (sentence: string | undefined) => void;
  readonly logger: Logger;
}): SampleNetwork {
  const { startThread, flowPort, onChange, onProblem, logger } = options;
  let lab: RunningLab | undefined;
  let isEnding = false;
  const inTurn = createTurns();

  const exited = (cause: unknown): void => {
    logger.error({ err: cause }, 'the sample network ended by itself');
    lab = undefined;
    onProblem('The sample network stopped by itself.');
    onChange().catch((error: unknown) => logger.error({ err: error }, 'the sample network was not cleared away'));
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
        }
        const { routers, targets } = lab.description;
        return routers.length + targets.length;
      }),
    stop: () =>
      inTurn(async () => {
        const running = lab;
        lab = undefined;
        onProblem(undefined);
        // Its devices first: routers that vanish under their pollers would be logged as failures.
        await onChange();
        await running?.stop();
      }),
    end() {
      isEnding = true;
      return inTurn(async () => {
        await lab?.stop();
        lab = undefined;
      });
    },
    description: () => lab?.description,
  };
}
