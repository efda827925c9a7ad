// The last resort of a process that runs the engine: a fault that nobody caught is logged once, and the process ends in order.
import type { Logger } from './telemetry/index.ts';

const STOP_TIMEOUT_MS = 3_000;

/** What is needed of `process`; tests stand in for it. */
export type GuardedProcess = {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (reason: unknown) => void): unknown;
  exit(code: number): void;
};

/**
 * From now on an exception or a rejection that nobody caught ends the process with exit code 1, for its supervisor to
 * start it anew: state that a fault went through cannot be trusted. Before that the engine gets 3 s to store what it has.
 *
 * @param engine the running engine, if there is one yet
 */
export function guardProcess(
  logger: Pick<Logger, 'error'>,
  engine: () => { stop(): Promise<void> } | undefined,
  guarded: GuardedProcess = process,
): void {
  let isEnding = false;
  const end = async (reason: unknown): Promise<void> => {
    // The stop below may well fail for the same cause.
    if (isEnding) return;
    isEnding = true;
    logger.error({ err: reason }, 'the engine ends because of a fault in the program');
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STOP_TIMEOUT_MS);
    });
    try {
      await Promise.race([engine()?.stop(), tooLong]);
    } catch {
      // What ended the engine has been told; that it cannot stop either adds nothing.
    }
    clearTimeout(timer);
    guarded.exit(1);
  };
  guarded.on('uncaughtException', (reason) => void end(reason));
  guarded.on('unhandledRejection', (reason) => void end(reason));
}
