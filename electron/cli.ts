// The `linewarden` command: serve, lab, check, query.
import './engine/heap.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { checkRuleFiles } from './engine/alerting/index.ts';
import { ConfigError, formatProblem, loadConfig } from './engine/config/index.ts';
import { startEngine } from './engine/engine.ts';
import type { Engine } from './engine/engine.ts';
import { formatValue } from './engine/promql/index.ts';
import { keyFileCipher } from './engine/secrets/index.ts';
import { openMetricStore } from './engine/store/metrics/index.ts';
import { lockDataDir } from './engine/store/state/index.ts';
import { VERSION } from '../shared/model/version.ts';
import { LinewardenError } from '../shared/model/errors.ts';

const DEFAULT_LISTEN = { host: '127.0.0.1', port: 9470 };
const DAY_MS = 86_400_000;

/** The checkout or the packed app: out/main/.. and electron/.. both stand one or two levels below it. */
const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.basename(here) === 'electron' ? path.dirname(here) : path.resolve(here, '../..');

function defaultDataDir(): string {
  const env = process.env;
  if (process.platform === 'win32')
    return path.join(env['APPDATA'] ?? path.join(homedir(), 'AppData/Roaming'), 'Linewarden');
  if (process.platform === 'darwin') return path.join(homedir(), 'Library/Application Support/Linewarden');
  return path.join(env['XDG_DATA_HOME'] ?? path.join(homedir(), '.local/share'), 'linewarden');
}

function parseListen(text: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) throw new InvalidArgumentError('expected HOST:PORT such as 127.0.0.1:9470');
  return { host: match[1] ?? match[2] ?? '', port };
}

type ServeOptions = {
  dataDir: string;
  config?: string;
  listen?: { host: string; port: number };
  tokenFile?: string;
};

async function serve(options: ServeOptions, lab: boolean): Promise<void> {
  const dataDir = path.resolve(options.dataDir);
  const loaded = loadConfig(options.config);
  const engine = await startEngine({
    dataDir,
    configFile: loaded.file,
    mode: 'serve',
    version: VERSION,
    rendererDir: path.join(root, 'out/renderer'),
    resourcesDir: path.join(root, 'resources'),
    listen: options.listen ?? loaded.config.http.listen ?? DEFAULT_LISTEN,
    tokenFile: path.resolve(options.tokenFile ?? path.join(dataDir, 'admin-token')),
    cipher: keyFileCipher(dataDir),
  });
  stopOnSignals(engine);
  if (lab) await engine.startLab();
  process.stdout.write(`ready ${engine.httpUrl}/#token=${engine.token}\n`);
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
  process.on('SIGHUP', () => {
    engine
      .reload()
      .catch((error: unknown) => process.stderr.write(`the config was not reloaded: ${sentence(error)}\n`));
  });
}

const sentence = (error: unknown): string => {
  if (error instanceof ConfigError) return error.problems.map(formatProblem).join('\n');
  if (error instanceof LinewardenError) {
    if (error.hint === '') return error.message;
    return `${error.message}${/[.!?]$/.test(error.message) ? '' : '.'} ${error.hint}`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

function fail(error: unknown): never {
  process.stderr.write(`linewarden: ${sentence(error)}\n`);
  process.exit(1);
}

const program = new Command('linewarden')
  .description('A network monitor in one program: routers, hosts, exporters and flows.')
  .version(VERSION)
  .showHelpAfterError();

const serving = (command: Command): Command =>
  command
    .option('--config <file>', 'linewarden.yml')
    .option('--listen <host:port>', 'where the UI and the API are served', parseListen)
    .option(
      '--token-file <file>',
      'the admin token: read, or made with mode 600 (default: admin-token in the data dir)',
    );

serving(program.command('serve').description('run the engine with the UI in a browser'))
  .option('--data-dir <dir>', 'where everything is kept', defaultDataDir())
  .action((options: ServeOptions) => serve(options, false));

serving(program.command('lab').description('run a simulated network on loopback, with the app on it'))
  .option('--data-dir <dir>', 'kept there; without it a folder that goes away at the end')
  .action((options: Omit<ServeOptions, 'dataDir'> & { dataDir?: string }) => {
    const dataDir = options.dataDir ?? mkdtempSync(path.join(tmpdir(), 'linewarden-lab-'));
    if (options.dataDir === undefined) process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }));
    return serve({ ...options, dataDir }, true);
  });

const check = program.command('check').description('check files; exit 1 on a problem');
check
  .command('config')
  .argument('<file>')
  .action((file: string) => {
    loadConfig(file);
    process.stdout.write(`${file}: no problem found\n`);
  });
check
  .command('rules')
  .argument('<files...>')
  .action((files: string[]) => {
    const problems = checkRuleFiles(files);
    if (problems.length === 0) {
      process.stdout.write(`${files.join(', ')}: no problem found\n`);
      return;
    }
    process.stderr.write(`${problems.join('\n')}\n`);
    process.exitCode = 1;
  });

program
  .command('query')
  .description('ask the stored metrics in PromQL; works on the files while no engine runs there')
  .argument('<expr>')
  .option('--data-dir <dir>', 'the data dir', defaultDataDir())
  .option('--time <time>', 'RFC 3339 or Unix seconds (default: now)')
  .action(async (expr: string, options: { dataDir: string; time?: string }) => {
    const dataDir = path.resolve(options.dataDir);
    const timeMs = options.time === undefined ? Date.now() : parseTime(options.time);
    const lock = lockDataDir(dataDir);
    try {
      const store = await openMetricStore({ dir: dataDir, retentionMs: 36_500 * DAY_MS, maxSeries: 10_000_000 });
      try {
        const { value, warnings, infos } = await store.instant(expr, timeMs);
        for (const note of [...warnings, ...infos]) process.stderr.write(`${note}\n`);
        if (value.type === 'vector') {
          for (const sample of value.samples) {
            process.stdout.write(
              `${JSON.stringify(sample.labels.toRecord())} ${formatValue(sample.value)} @ ${sample.timeMs / 1000}\n`,
            );
          }
        } else if (value.type === 'matrix') {
          for (const series of value.series) {
            process.stdout.write(`${JSON.stringify(series.labels.toRecord())}\n`);
            series.timestamps.forEach((at, i) =>
              process.stdout.write(`  ${formatValue(series.values[i] ?? Number.NaN)} @ ${at / 1000}\n`),
            );
          }
        } else {
          process.stdout.write(`${value.type === 'scalar' ? formatValue(value.value) : value.value}\n`);
        }
      } finally {
        await store.close();
      }
    } finally {
      lock.release();
    }
  });

function parseTime(text: string): number {
  const timeMs = /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : Date.parse(text);
  if (Number.isNaN(timeMs))
    throw new LinewardenError('LW_CLI_BAD_TIME', `"${text}" is neither RFC 3339 nor Unix seconds`);
  return timeMs;
}

program.parseAsync().catch(fail);
