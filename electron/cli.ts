// The `linewarden` command: serve, lab, check, test, query, flows, import. Each is loaded when it is asked for, after V8 is set.
import './cli/malloc.ts';
import './engine/footprint.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { VERSION } from '../shared/model/version.ts';
import { parseDurationMs } from '../shared/model/duration.ts';
import type { FlowsOptions } from './cli/flows.ts';
import type { LabSize, ServeOptions } from './cli/serve.ts';

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

function parseRouters(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 2 || count > 200) throw new InvalidArgumentError('expected 2 to 200');
  return count;
}

function parseDay(text: string): number {
  const dayMs = parseDurationMs(text);
  if (dayMs === undefined || dayMs < 20_000)
    throw new InvalidArgumentError('expected a duration from 20s on, such as 24m');
  return dayMs;
}

async function serve(options: ServeOptions, lab: boolean | LabSize): Promise<void> {
  // What is made from here on is for this user alone.
  process.umask(0o077);
  const { useCodeCache } = await import('./cli/code-cache.ts');
  useCodeCache(path.resolve(options.dataDir));
  const command = await import('./cli/serve.ts');
  await command.serve(root, options, lab);
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
  .option('--routers <count>', 'instead of the small network, one of so many routers', parseRouters)
  .option('--day <duration>', 'with --routers: how long their day of troubles lasts', parseDay, 24 * 60_000)
  .action((options: Omit<ServeOptions, 'dataDir'> & { dataDir?: string; routers?: number; day: number }) => {
    const { routers, day: dayMs } = options;
    const dataDir = options.dataDir ?? mkdtempSync(path.join(tmpdir(), 'linewarden-lab-'));
    if (options.dataDir === undefined) process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }));
    return serve({ ...options, dataDir }, routers === undefined ? true : { routers, dayMs });
  });

const check = program.command('check').description('check files; exit 1 on a problem');
check
  .command('config')
  .argument('<file>')
  .action(async (file: string) => (await import('./cli/check.ts')).checkConfig(file));
check
  .command('rules')
  .argument('<files...>')
  .action(async (files: string[]) => (await import('./cli/check.ts')).checkRules(files));

program
  .command('test')
  .description('run tests of rules')
  .command('rules')
  .description("promtool's unit-test files; exit 1 where a test fails")
  .option('--run <pattern...>', 'only the tests whose name matches one of these regular expressions')
  .option('--ignore-unknown-fields', 'pass over fields that rule files do not have')
  .argument('<files...>')
  .action(async (files: string[], options: { run?: string[]; ignoreUnknownFields?: boolean }) =>
    (await import('./cli/test-rules.ts')).testRules(files, options),
  );

program
  .command('query')
  .description('ask the stored metrics in PromQL; works on the files while no engine runs there')
  .argument('<expr>')
  .option('--data-dir <dir>', 'the data dir', defaultDataDir())
  .option('--time <time>', 'RFC 3339 or Unix seconds (default: now)')
  .action(async (expr: string, options: { dataDir: string; time?: string }) =>
    (await import('./cli/query.ts')).query(expr, options),
  );

const flows = program
  .command('flows')
  .description('ask what was carried; of the engine that runs on the data dir, else of its files');
for (const [name, words] of [
  ['top', 'the largest hosts, services, customers, ...'],
  ['series', 'what they carried over time, as CSV or JSON'],
] as const) {
  flows
    .command(name)
    .description(words)
    .option(
      '--by <keys>',
      'up to three of src, dst, host, local, peer, client, server, conversation, protocol, service, in_interface, out_interface, interface, exporter, subscriber, tier, vlan, dscp',
      'host',
    )
    .option('--filter <filter>', "such as 'service https and bytes > 1MB'")
    .option('--measure <measure>', 'bytes, packets or flows', 'bytes')
    .option('--limit <rows>', 'how many', '10')
    .option('--last <duration>', 'so long until now, or until --to', '1h')
    .option('--from <time>', 'RFC 3339 or Unix seconds, instead of --last')
    .option('--to <time>', 'RFC 3339 or Unix seconds (default: now)')
    .option('--step <duration>', 'of rates and series (default: what suits the time)')
    .option('--exporter <name>', 'only what this router told of: its name or address')
    .option('--previous', 'with as long a time before')
    .option('--format <format>', 'table, csv or json', 'table')
    .option('--data-dir <dir>', 'the data dir', defaultDataDir())
    .option('--url <url>', 'of an engine elsewhere')
    .option('--token-file <file>', 'with a token of the scope read (default: admin-token in the data dir)')
    .action(async (options: FlowsOptions) => (await import('./cli/flows.ts')).flows(name, options));
}

const importing = program.command('import').description('take in samples or settings of other programs');
importing
  .command('openmetrics')
  .description('samples with times in OpenMetrics (or Prometheus) text; works on the files while no engine runs there')
  .argument('<file>', 'a file, or - for standard input')
  .option('--data-dir <dir>', 'the data dir', defaultDataDir())
  .option('--config <file>', 'linewarden.yml, whose storage.retention says which summaries are made')
  .action(async (file: string, options: { dataDir: string; config?: string }) =>
    (await import('./cli/import.ts')).importOpenMetrics(file, options),
  );

importing
  .command('prometheus-config')
  .description('a prometheus.yml as linewarden.yml; tells each thing that is left out')
  .argument('<file>', "Prometheus's config")
  .option('--output <file>', 'a new file (default: standard output)')
  .action(async (file: string, options: { output?: string }) =>
    (await import('./cli/prometheus-config.ts')).importPrometheusConfig(file, options),
  );

program.parseAsync().catch(async (error: unknown) => (await import('./cli/sentence.ts')).fail(error));
