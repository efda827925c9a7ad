// `--self-check`: do engine and page come up in this very program? One line and an exit code, for the packaging workflow.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ShellHooks } from './shell.ts';

const TIMEOUT_MS = 90_000;

export type SelfCheck = { dataDir: string; hooks: ShellHooks };

/** `end` quits the app with that exit code, the engine stopped first. */
export function createSelfCheck(end: (exitCode: number) => void, print: (line: string) => void): SelfCheck {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'linewarden-self-check-'));
  let engineUp = false;
  let pageUp = false;
  let over = false;
  const finish = (exitCode: number, line: string): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));
    print(`self-check: ${line}`);
    end(exitCode);
  };
  const timer = setTimeout(
    () =>
      finish(1, `engine ${engineUp ? 'up' : 'not up'}, page ${pageUp ? 'up' : 'not up'} after ${TIMEOUT_MS / 1000} s`),
    TIMEOUT_MS,
  );
  const both = (): void => {
    if (engineUp && pageUp) finish(0, 'engine and page are up');
  };
  return {
    dataDir,
    hooks: {
      onStatus: (status) => {
        if (status.state === 'restarting') finish(1, status.reason);
        if (status.state !== 'running') return;
        engineUp = true;
        both();
      },
      onPageReady: () => {
        pageUp = true;
        both();
      },
    },
  };
}
