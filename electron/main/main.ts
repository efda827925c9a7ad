// The desktop app's first file: what must be said before Electron is ready, then the shell.
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { app, dialog, protocol } from 'electron';
import { SCHEME_PRIVILEGES } from './app-protocol.ts';
import { parseCommandLine } from './command-line.ts';
import { log } from './log.ts';
import { createSelfCheck } from './self-check.ts';
import { runShell } from './shell.ts';

const asked = parseCommandLine(process.argv.slice(1), {
  platform: process.platform,
  env: process.env,
  home: homedir(),
  cwd: process.cwd(),
});
let exitCode = 0;
const selfCheck = asked.selfCheck
  ? createSelfCheck(
      (code) => {
        exitCode = code;
        app.quit();
      },
      (line) => process.stdout.write(`${line}\n`),
    )
  : undefined;
const commandLine = selfCheck === undefined ? asked : { ...asked, dataDir: selfCheck.dataDir };

// Chromium's files stand beside the data, so that there is one window for each data directory.
const profileDir = path.join(commandLine.dataDir, 'window');
mkdirSync(profileDir, { recursive: true, mode: 0o700 });
app.setPath('userData', profileDir);
app.setAppUserModelId('example.linewarden.app');
app.enableSandbox();
protocol.registerSchemesAsPrivileged([SCHEME_PRIVILEGES]);

const giveUp = (error: unknown): void => {
  log('error', 'the app could not start', {
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
  if (selfCheck === undefined)
    dialog.showErrorBox('Linewarden could not start', error instanceof Error ? error.message : String(error));
  app.exit(1);
};

if (app.requestSingleInstanceLock()) {
  app.on('quit', () => {
    process.exitCode = exitCode;
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit());
  app
    .whenReady()
    .then(() => runShell(commandLine, selfCheck?.hooks))
    .catch(giveUp);
} else {
  // The first one shows its window.
  app.quit();
}
