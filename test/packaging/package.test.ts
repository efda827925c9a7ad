// Packs the built app for each system around a stub of Electron, looks at what went in, and starts the packed engine.
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { extractAll, listPackage } from '@electron/asar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { electronBinary } from '../../scripts/electron-binary.mjs';
import { stubElectron } from './stub-electron.ts';

const root = path.resolve(import.meta.dirname, '../..');
const work = mkdtempSync(path.join(tmpdir(), 'linewarden-pack-'));
const run = promisify(execFile);

const versionOf = (file: string): string =>
  (JSON.parse(readFileSync(path.join(root, file), 'utf8')) as { version: string }).version;
const slashes = (file: string): string => file.replaceAll('\\', '/');

const SYSTEMS = {
  linux: {
    flag: '--linux',
    resources: 'linux-unpacked/resources',
    libraries: ['linux-x64.node', 'linuxmusl-x64.node'],
  },
  win32: { flag: '--win', resources: 'win-unpacked/resources', libraries: ['win32-x64.node'] },
  darwin: {
    flag: '--mac',
    resources: 'mac/Linewarden.app/Contents/Resources',
    libraries: ['darwin-x64.node'],
  },
} as const;
type System = keyof typeof SYSTEMS;
// electron-builder packs for macOS anywhere but on Windows.
const systems = (Object.keys(SYSTEMS) as System[]).filter(
  (system) => system !== 'darwin' || process.platform !== 'win32',
);

const resourcesOf = (system: System): string => path.join(work, system, SYSTEMS[system].resources);
const packed = new Map<System, string[]>();
const filesOf = (system: System): string[] => packed.get(system) ?? [];

async function pack(system: System): Promise<void> {
  const dist = stubElectron(
    path.join(work, `electron-${system}`),
    system,
    versionOf('node_modules/electron/package.json'),
  );
  await run(
    process.execPath,
    [
      path.join(root, 'node_modules/electron-builder/cli.js'),
      SYSTEMS[system].flag,
      'dir',
      '--x64',
      '--publish',
      'never',
      `-c.electronDist=${dist}`,
      `-c.directories.output=${path.join(work, system)}`,
      // A stub has no resources in its program to write into, and nobody's signature.
      '-c.disableAsarIntegrity=true',
      '-c.win.signAndEditExecutable=false',
      '-c.mac.identity=null',
    ],
    { cwd: root, timeout: 80_000 },
  );
  const archive = path.join(resourcesOf(system), 'app.asar');
  packed.set(system, listPackage(archive, { isPack: false }).map(slashes));
}

beforeAll(async () => {
  for (const system of systems) await pack(system);
}, 240_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Every file that may be packed; whatever else is in there is a mistake. */
const ALLOWED = [
  /^\/package\.json$/,
  /^\/out\/main\/[\w.-]+\.js$/,
  /^\/out\/preload\/preload\.cjs$/,
  /^\/out\/renderer\/(index\.html|assets\/[\w.-]+\.(js|css|woff2|svg|png))$/,
  /^\/resources\/icons\/[\w@.-]+\.png$/,
  /^\/resources\/[\w/-]+\.(yml|json|rsc|sh)$/,
  /^\/node_modules\/better-sqlite3\/(package\.json|LICENSE|lib\/[\w/-]+\.js|prebuilds\/[\w-]+\.node)$/,
];
const isFile = (entry: string): boolean => path.posix.extname(entry) !== '' || path.posix.basename(entry) === 'LICENSE';

describe.each(systems)('packed for %s', (system) => {
  it('are the programs, every thread beside them, the preload, the page and the icons', () => {
    expect(filesOf(system)).toEqual(
      expect.arrayContaining([
        '/out/main/main.js',
        '/out/main/engine.js',
        '/out/main/cli.js',
        '/out/main/metrics-writer.js',
        '/out/main/metrics-reader.js',
        '/out/main/flow-thread.js',
        '/out/main/flows-writer.js',
        '/out/main/flows-reader.js',
        '/out/main/lab-thread.js',
        '/out/preload/preload.cjs',
        '/out/renderer/index.html',
        '/resources/icons/icon.png',
        '/resources/icons/tray-online.png',
        '/resources/icons/tray-offline@2x.png',
      ]),
    );
  });

  it('are all resources that the engine reads when it runs', () => {
    const wanted = readdirSync(path.join(root, 'resources'), { recursive: true })
      .map((file) => slashes(String(file)))
      .filter((file) => /\.(yml|json)$/.test(file));
    expect(filesOf(system)).toEqual(expect.arrayContaining(wanted.map((file) => `/resources/${file}`)));
  });

  it('are no sources, tests, maps or other strays', () => {
    const strays = filesOf(system).filter((entry) => isFile(entry) && !ALLOWED.some((allowed) => allowed.test(entry)));
    expect(strays).toEqual([]);
  });

  it("is only this system's SQLite, outside of the archive", () => {
    const { libraries } = SYSTEMS[system];
    const libraryFiles = filesOf(system).filter((file) => file.endsWith('.node'));
    expect(libraryFiles.map((file) => path.posix.basename(file)).toSorted()).toEqual(libraries);
    for (const library of libraries)
      expect(
        existsSync(path.join(resourcesOf(system), 'app.asar.unpacked/node_modules/better-sqlite3/prebuilds', library)),
      ).toBe(true);
  });
});

it('the fuses are set: no run as Node, no options or inspection from outside, the checked archive and nothing else', () => {
  const program = readFileSync(path.join(resourcesOf('linux'), '../linewarden'), 'latin1');
  // In Electron's order: run as Node, cookie encryption, NODE_OPTIONS, --inspect, archive integrity, only from the archive,
  // a V8 snapshot of its own, privileges for file://; the ninth is not ours and stays as it was.
  expect(/dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX.{2}(.{9})/s.exec(program)?.[1]).toBe('010011000');
});

describe('the packed engine', () => {
  const here = path.join(work, 'extracted');
  const cli = path.join(here, 'out/main/cli.js');
  beforeAll(() => extractAll(path.join(resourcesOf('linux'), 'app.asar'), here));

  it('says its version', async () => {
    const { stdout } = await run(process.execPath, [cli, '--version'], { cwd: work, timeout: 20_000 });
    expect(stdout.trim()).toBe(versionOf('package.json'));
  });

  // Only Linux's library is in there.
  it.runIf(process.platform === 'linux')(
    'finds its threads, its SQLite and its page, and ends cleanly',
    async () => {
      const child = spawn(
        process.execPath,
        [cli, 'serve', '--data-dir', path.join(work, 'data'), '--listen', '127.0.0.1:0'],
        { cwd: work, stdio: ['ignore', 'pipe', 'pipe'] },
      );
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
      try {
        let complaint = '';
        child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
        const ready = await Promise.race([
          firstLine(child.stdout, /^ready (http:\S+)/),
          ended.then((code) => Promise.reject(new Error(`ended with ${code}: ${complaint}`))),
        ]);
        const { origin } = new URL(ready);
        expect((await fetch(`${origin}/health`)).status).toBe(200);
        await expect((await fetch(origin)).text()).resolves.toContain('<div id="root">');
      } finally {
        child.kill('SIGTERM');
      }
      await expect(ended).resolves.toBe(0);
    },
    60_000,
  );

  it.runIf(process.platform === 'linux')(
    'runs as a process of the shell: starts, answers over its port, and ends cleanly',
    async () => {
      writeFileSync(path.join(here, 'quiet.yml'), 'netflow: {listen: []}\n');
      const engine = pathToFileURL(path.join(here, 'out/main/engine.js')).href;
      // A file and not --eval: threads inherit the options of Node.
      const shell = path.join(work, 'played-shell.mjs');
      writeFileSync(shell, PLAYED_SHELL);
      const args = [shell, engine, path.join(work, 'shell-data'), here];
      const { stdout } = await run(process.execPath, args, { cwd: work, timeout: 60_000 });
      const [started, answer] = stdout.split('\n');
      expect(started).toBe('{"type":"started","httpUrl":null}');
      expect(answer).toContain('"mode":"desktop"');
      expect(answer).toContain('"version":"9.9.9"');
    },
    60_000,
  );
});

/** Plays the shell to the engine's process under plain Node: starts it, gives it a port, asks over it, and stops it. */
const PLAYED_SHELL = `
  import { EventEmitter } from 'node:events';
  import { MessageChannel } from 'node:worker_threads';
  const [engine, dataDir, here] = process.argv.slice(2);
  const { port1, port2 } = new MessageChannel();
  const shell = new EventEmitter();
  const say = (data, ports = []) => shell.emit('message', { data, ports });
  shell.postMessage = (message) => {
    if (message.type !== 'health') console.log(JSON.stringify(message));
    if (message.type !== 'started') return;
    const engineEnd = new EventEmitter();
    engineEnd.postMessage = (data) => port1.postMessage(data);
    engineEnd.start = () => port1.on('message', (data) => engineEnd.emit('message', { data }));
    port1.on('close', () => engineEnd.emit('close'));
    say({ type: 'attach' }, [engineEnd]);
    port2.on('message', (answer) => {
      console.log(typeof answer === 'string' ? answer : Buffer.from(answer).toString());
      port2.close();
      say({ type: 'stop' });
    });
    port2.postMessage(JSON.stringify({ i: '1', p: { u: '/system/info' } }));
  };
  process.parentPort = shell;
  await import(engine);
  const options = { dataDir, version: '9.9.9', rendererDir: here + '/out/renderer', resourcesDir: here + '/resources', keyring: false };
  say({ type: 'start', options: { ...options, configFile: here + '/quiet.yml' } });
`;

async function firstLine(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
  for await (const line of createInterface({ input: stream })) {
    const found = pattern.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  throw new Error(`no line matched ${pattern}`);
}

describe('the desktop app', () => {
  const electron = electronBinary(root);
  const display = process.platform !== 'linux' || (process.env['DISPLAY'] !== undefined && process.getuid?.() !== 0);
  const why =
    electron === undefined
      ? ' (skipped: Electron is not installed)'
      : display
        ? ''
        : ' (skipped: no display, or root, as whom Electron does not run)';

  it.skipIf(why !== '')(
    `starts its engine and its page${why}`,
    async () => {
      const { stdout } = await run(electron ?? '', [root, '--self-check'], { timeout: 85_000 });
      expect(stdout).toContain('self-check: engine and page are up');
    },
    90_000,
  );
});
