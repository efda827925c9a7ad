// `serve` and `lab`: the engine with its UI in a browser, until a signal ends it.
import path from 'node:path';
import { VERSION } from '../../shared/model/version.ts';
import { startEngine } from '../engine/engine.ts';
import type { Engine } from '../engine/engine.ts';
import { guardProcess } from '../engine/guard-process.ts';
import { keyFileCipher } from '../engine/secrets/index.ts';
import { createLogger } from '../engine/telemetry/index.ts';
import { keepCompiledCode } from './code-cache.ts';
import { fail, sentence } from './sentence.ts';

const DEFAULT_LISTEN = { host: '127.0.0.1', port: 9470 };
/** The first polls, rules and requests have run by then. */
const KEEP_CODE_AFTER_MS = 5_000;

export type ServeOptions = {
  dataDir: string;
  config?: string;
  listen?: { host: string; port: number };
  tokenFile?: string;
};

export type LabSize = { readonly routers: number; readonly dayMs: number };

/** @param root the checkout or the packed app */
export async function serve(root: string, options: ServeOptions, lab: boolean | LabSize): Promise<void> {
  const dataDir = path.resolve(options.dataDir);
  let running: Engine | undefined;
  guardProcess(createLogger('error'), () => running);
  const engine = await startEngine({
    dataDir,
    configFile: options.config === undefined ? undefined : path.resolve(options.config),
    mode: 'serve',
    version: VERSION,
    rendererDir: path.join(root, 'out/renderer'),
    resourcesDir: path.join(root, 'resources'),
    listen: options.listen,
    defaultListen: DEFAULT_LISTEN,
    tokenFile: path.resolve(options.tokenFile ?? path.join(dataDir, 'admin-token')),
    cipher: keyFileCipher(dataDir),
    lab: typeof lab === 'boolean' ? undefined : lab,
  });
  running = engine;
  stopOnSignals(engine);
  if (lab !== false) await engine.startLab();
  process.stdout.write(`ready ${engine.httpUrl}/#token=${engine.token}\n`);
  setTimeout(keepCompiledCode, KEEP_CODE_AFTER_MS).unref();
}

function stopOnSignals(engine: Engine): void {
  let stopping = false;
  const stop = (): void => {
    // A second signal means: now.
    if (stopping) process.exit(1);
    stopping = true;
    engine.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // On Windows SIGHUP says that the console is being closed.
  if (process.platform === 'win32') {
    process.on('SIGHUP', stop);
    return;
  }
  process.on('SIGHUP', () => {
    engine
      .reload()
      .catch((error: unknown) => process.stderr.write(`the config was not reloaded: ${sentence(error)}\n`));
  });
}
