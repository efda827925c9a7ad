// Starts the engine's process, starts it again when it ends, and ends it when the app does.
import type { MessagePortMain, UtilityProcess } from 'electron';
import {
  type EngineProcessOptions,
  type EngineStatus,
  type EngineToShell,
  type ShellToEngine,
  engineToShellSchema,
} from '../../shared/model/shell-messages.ts';
import type { Log } from './log.ts';

const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 60_000;
/** An engine that ran this long had started well: the next failure begins at the first back-off again. */
const STABLE_MS = 60_000;
/** The engine says every 5 s that it is alive. */
const SILENCE_MS = 60_000;
/** Reading back a large store after a crash takes its time. */
const START_MS = 600_000;
const KILL_GRACE_MS = 2_000;

export type SupervisorOptions = {
  fork(): UtilityProcess;
  /** Asked anew at each start. */
  startOptions(): EngineProcessOptions;
  onStatus(status: EngineStatus): void;
  onMessage(message: EngineToShell): void;
  now(): number;
  log: Log;
  /** Ends a process that does not listen. */
  killHard(pid: number): void;
};

export type EngineSupervisor = {
  readonly status: EngineStatus;
  start(): void;
  /** Nothing happens when no engine runs. */
  send(message: ShellToEngine, ports?: MessagePortMain[]): void;
  /** Starts now instead of after the back-off. */
  retryNow(): void;
  suspend(): void;
  resume(): void;
  /** Resolves when the engine has ended, killed after `timeoutMs` if need be. */
  stop(timeoutMs: number): Promise<void>;
};

export const backoffMs = (attempt: number): number =>
  Math.min(FIRST_BACKOFF_MS * 2 ** Math.min(attempt - 1, 16), LONGEST_BACKOFF_MS);

export function createEngineSupervisor(options: SupervisorOptions): EngineSupervisor {
  let status: EngineStatus = { state: 'stopped' };
  let child: UtilityProcess | undefined;
  let attempt = 0;
  let reason: { reason: string; hint: string } | undefined;
  let asleep = false;
  let stopping: PromiseWithResolvers<void> | undefined;
  let restartTimer: NodeJS.Timeout | undefined;
  let stableTimer: NodeJS.Timeout | undefined;
  let watchdog: NodeJS.Timeout | undefined;

  const setStatus = (next: EngineStatus): void => {
    status = next;
    options.onStatus(next);
  };

  const kill = (target: UtilityProcess): void => {
    const { pid } = target;
    target.kill();
    const timer = setTimeout(() => {
      // Once it has ended, `pid` is undefined and may be another process's.
      if (pid !== undefined && target.pid === pid) options.killHard(pid);
    }, KILL_GRACE_MS);
    timer.unref();
  };

  /** Ends the engine when it has said nothing for so long. */
  const watch = (limitMs: number, complaint: string): void => {
    clearTimeout(watchdog);
    if (asleep || stopping !== undefined) return;
    watchdog = setTimeout(() => {
      if (child === undefined) return;
      reason = { reason: complaint, hint: '' };
      kill(child);
    }, limitMs);
  };
  const watchSilence = (): void => {
    if (status.state === 'running') watch(SILENCE_MS, 'The engine stopped answering.');
    else if (status.state === 'starting') watch(START_MS, 'The engine did not start in ten minutes.');
  };

  const receive = (raw: unknown): void => {
    const parsed = engineToShellSchema.safeParse(raw);
    if (!parsed.success) {
      // The path says which field; the content may be a secret.
      options.log('error', 'the engine sent what is no message', { path: parsed.error.issues[0]?.path.join('.') });
      return;
    }
    const message = parsed.data;
    if (message.type === 'started') {
      setStatus({ state: 'running' });
      stableTimer = setTimeout(() => {
        attempt = 0;
      }, STABLE_MS);
    } else if (message.type === 'failed') {
      reason = { reason: message.message, hint: message.hint };
      options.log('error', 'the engine could not start', { code: message.code, reason: message.message });
    }
    watchSilence();
    options.onMessage(message);
  };

  const ended = (code: number): void => {
    child = undefined;
    clearTimeout(watchdog);
    clearTimeout(stableTimer);
    if (stopping !== undefined) {
      setStatus({ state: 'stopped' });
      stopping.resolve();
      return;
    }
    attempt++;
    const delayMs = backoffMs(attempt);
    const why = reason ?? { reason: `The engine ended unexpectedly (code ${code}).`, hint: '' };
    options.log('warn', 'the engine ended', { code, attempt, delayMs, reason: why.reason });
    restartTimer = setTimeout(spawn, delayMs);
    setStatus({ state: 'restarting', attempt, nextAttemptAtMs: options.now() + delayMs, ...why });
  };

  function spawn(): void {
    clearTimeout(restartTimer);
    restartTimer = undefined;
    reason = undefined;
    const started = options.fork();
    child = started;
    started.on('message', (raw: unknown) => {
      if (child === started) receive(raw);
    });
    started.once('exit', (code) => {
      if (child === started) ended(code);
    });
    setStatus({ state: 'starting' });
    watchSilence();
    started.postMessage({ type: 'start', options: options.startOptions() } satisfies ShellToEngine);
  }

  return {
    get status() {
      return status;
    },
    start: () => {
      if (child === undefined && stopping === undefined && restartTimer === undefined) spawn();
    },
    send: (message, ports = []) => child?.postMessage(message, ports),
    retryNow: () => {
      if (restartTimer !== undefined && stopping === undefined) spawn();
    },
    suspend: () => {
      // Time passes while the machine sleeps, and nobody is silent for it.
      asleep = true;
      clearTimeout(watchdog);
      child?.postMessage({ type: 'suspend' } satisfies ShellToEngine);
    },
    resume: () => {
      asleep = false;
      watchSilence();
      child?.postMessage({ type: 'resume' } satisfies ShellToEngine);
    },
    stop: (timeoutMs) => {
      if (stopping !== undefined) return stopping.promise;
      stopping = Promise.withResolvers<void>();
      clearTimeout(restartTimer);
      clearTimeout(watchdog);
      clearTimeout(stableTimer);
      restartTimer = undefined;
      if (child === undefined) {
        setStatus({ state: 'stopped' });
        stopping.resolve();
        return stopping.promise;
      }
      child.postMessage({ type: 'stop' } satisfies ShellToEngine);
      const { promise, resolve } = stopping;
      const timer = setTimeout(() => {
        options.log('error', 'the engine did not stop in time and is killed', { timeoutMs });
        if (child?.pid !== undefined) options.killHard(child.pid);
        resolve();
      }, timeoutMs);
      return promise.finally(() => clearTimeout(timer));
    },
  };
}
