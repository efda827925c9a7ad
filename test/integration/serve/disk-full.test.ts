import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { connectRpc } from '../../support/rpc.ts';
import { eventually, startServe } from '../../support/serve.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-serve-full-'));
const mounted = mount();

/** A file system of 24 MB, where we may mount one. */
function mount(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', dir], { stdio: 'ignore', timeout: 5_000 });
    return true;
  } catch {
    return false;
  }
}

afterAll(() => {
  if (mounted) execFileSync('umount', ['-l', dir], { timeout: 5_000 });
  rmSync(dir, { recursive: true, force: true });
});

test.skipIf(!mounted)(
  `a full disk does not end the engine: it is told, and over once there is space${mounted ? '' : ' (skipped: needs the right to mount a tmpfs)'}`,
  async () => {
    const served = await startServe({ config: 'netflow: {listen: []}\nhost: {interval: 1s}', dataDir: dir });
    const rpc = await connectRpc(served);
    const problems = async (): Promise<string> => (await rpc.client.system.health()).problems.join('\n');
    expect(await problems()).toBe('');
    const ballast = path.join(dir, 'ballast');
    const { bavail, bsize } = statfsSync(dir);
    writeFileSync(ballast, Buffer.alloc(Math.max(0, (bavail - 1) * bsize), 1));
    await eventually(
      'told',
      problems,
      (told) => told.includes('The disk is full; alerts and the times of last answers are kept in memory'),
      60_000,
    );
    // Each flush of the last answers is five seconds after the one before: some pass, and the engine is there.
    await new Promise((resolve) => {
      setTimeout(resolve, 12_000);
    });
    expect(served.process.exitCode).toBeNull();
    const failures = served.stderr().match(/the times of last answers could not be written/g) ?? [];
    expect(failures).toHaveLength(1);
    rmSync(ballast);
    await eventually('over', problems, (told) => told === '', 60_000);
    rpc.close();
    expect(await served.stop()).toBe(0);
  },
  180_000,
);
