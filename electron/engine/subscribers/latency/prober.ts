// Measures a round trip from this computer without privileges: by the system's ping, else by a TCP connection's answer.
import { isIP } from 'node:net';
import { parsePing, pingCommand } from './ping-command.ts';

export type Prober = {
  /** By what it measures, in words. */
  readonly words: string;
  /** Seconds; undefined when nothing answered. Never rejects. */
  ask(address: string, signal: AbortSignal): Promise<number | undefined>;
};

const TIMEOUT_MS = 4_000;
const MAX_OUTPUT = 16_384;
const TCP_TIMEOUT_MS = 2_000;
/** Whether it is open or refused does not matter: either is an answer. */
const TCP_PORT = 80;

async function runPing(address: string, signal: AbortSignal): Promise<number | undefined> {
  const { execFile } = await import('node:child_process');
  const { file, args } = pingCommand(process.platform, address);
  return new Promise((resolve) => {
    const options = {
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL' as const,
      maxBuffer: MAX_OUTPUT,
      windowsHide: true,
      env: { ...process.env, LC_ALL: 'C' },
      signal,
    };
    execFile(file, args, options, (_error, stdout) => resolve(parsePing(stdout)));
  });
}

export async function connectTime(address: string, signal: AbortSignal, port = TCP_PORT): Promise<number | undefined> {
  const { connect } = await import('node:net');
  return new Promise((resolve) => {
    const beganMs = performance.now();
    const socket = connect({ host: address, port, signal });
    const settle = (isAnswered: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(isAnswered ? (performance.now() - beganMs) / 1_000 : undefined);
    };
    const timer = setTimeout(() => settle(false), TCP_TIMEOUT_MS);
    socket.once('connect', () => settle(true));
    socket.once('error', (error: NodeJS.ErrnoException) => settle(error.code === 'ECONNREFUSED'));
  });
}

const checked =
  (ask: Prober['ask']): Prober['ask'] =>
  (address, signal) =>
    isIP(address) === 0 || signal.aborted ? Promise.resolve(undefined) : ask(address, signal);

/** Tries the system's ping on this computer itself: where it is missing or forbidden, TCP has to do. */
export async function createProber(signal: AbortSignal): Promise<Prober> {
  const answered = await runPing('127.0.0.1', signal);
  return answered === undefined
    ? {
        words: `the time that a TCP connection to port ${TCP_PORT} takes: there is no ping here`,
        ask: checked(connectTime),
      }
    : { words: 'ping from this computer', ask: checked(runPing) };
}
