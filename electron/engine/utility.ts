// The engine as Electron's utility process: started, asked and stopped by the shell over the parent port.
import './footprint.ts';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { LinewardenError } from '../../shared/model/errors.ts';
import {
  type EngineProcessOptions,
  type EngineToShell,
  type ShellToEngine,
  shellToEngineSchema,
} from '../../shared/model/shell-messages.ts';
import type { Engine, MessagePortLike } from './engine-types.ts';
import { startEngine } from './engine.ts';
import { guardProcess } from './guard-process.ts';
import { createLogger } from './telemetry/index.ts';
import { keyFileCipher, type SecretCipher, shellCipher, type ShellPort } from './secrets/index.ts';

const HEALTH_INTERVAL_MS = 5_000;

const { parentPort } = process;
const listeners = new Set<(message: ShellToEngine) => void>();
const shell: ShellPort = {
  postMessage: (message) => parentPort.postMessage(message),
  onMessage: (listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};

let engine: Engine | undefined;
// What is made from here on is for this user alone.
process.umask(0o077);

let begun = false;
let stopped = false;

parentPort.on('message', ({ data, ports }) => {
  const message = shellToEngineSchema.parse(data);
  switch (message.type) {
    case 'start':
      if (!begun) guardProcess(createLogger('error'), () => engine);
      if (!begun) void start(message.options);
      begun = true;
      break;
    case 'attach': {
      const [port] = ports;
      if (port === undefined || engine === undefined) break;
      engine.attachPort(portLike(port));
      port.start();
      break;
    }
    case 'suspend':
      engine?.suspend();
      break;
    case 'resume':
      engine?.resume();
      break;
    case 'stop':
      void stop();
      break;
    case 'sealed':
    case 'opened':
    case 'cipher-refused':
      for (const listener of listeners) listener(message);
      break;
  }
});

async function start(options: EngineProcessOptions): Promise<void> {
  try {
    const { keyring, ...rest } = options;
    const started = await startEngine({
      ...rest,
      mode: 'desktop',
      cipher: cipherFor(keyring, options.dataDir),
      notify: (notification) => shell.postMessage({ type: 'notification', notification }),
    });
    engine = started;
    // Told to stop while it started.
    if (stopped) {
      await end(started);
      return;
    }
    shell.postMessage({ type: 'started', httpUrl: started.httpUrl ?? null });
    const tellHealth = (): void => shell.postMessage(healthOf(started));
    tellHealth();
    setInterval(tellHealth, HEALTH_INTERVAL_MS).unref();
  } catch (error) {
    shell.postMessage(failure(error));
    // Not process.exit() at once: the message above is still on its way.
    setTimeout(() => process.exit(1), 100);
  }
}

/** A secret that was sealed with a key file (served before, or no keyring then) still opens. */
function cipherFor(keyring: boolean, dataDir: string): SecretCipher {
  if (!keyring) return keyFileCipher(dataDir);
  const alternatives = existsSync(path.join(dataDir, 'secret.key')) ? [keyFileCipher(dataDir)] : [];
  return { ...shellCipher(shell), alternatives };
}

function healthOf(of: Engine): EngineToShell {
  const { ok, problems } = of.health();
  return { type: 'health', ok, problems: problems.slice(0, 64).map((problem) => problem.slice(0, 1_024)) };
}

function failure(error: unknown): EngineToShell {
  if (error instanceof LinewardenError)
    return {
      type: 'failed',
      code: error.code,
      message: error.message.slice(0, 4_096),
      hint: error.hint.slice(0, 4_096),
    };
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return {
    type: 'failed',
    code: 'LW_ENGINE_START',
    message: 'The engine could not start.',
    hint: 'Its log says more.',
  };
}

async function stop(): Promise<void> {
  if (stopped) return;
  stopped = true;
  if (engine !== undefined) await end(engine);
  else if (!begun) process.exit(0);
}

async function end(running: Engine): Promise<void> {
  try {
    await running.stop();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  }
}

/** Electron's port in the shape that the RPC takes. */
function portLike(port: Electron.MessagePortMain): MessagePortLike {
  return {
    postMessage: (data) => port.postMessage(data),
    on: (event, listener) => {
      if (event === 'message') port.on('message', (message) => listener({ data: message.data as unknown }));
      else if (event === 'close') port.on('close', () => listener());
    },
  };
}
