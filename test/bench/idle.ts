// What the engine costs when it watches only the machine that it runs on.
import { startServe } from '../support/serve.ts';
import { sleep, usage } from './processes.ts';
import type { Figure } from './run.ts';

const SETTLE_MS = 20_000;
const MEASURE_MS = 60_000;

export async function idleBench(emit: (figure: Figure) => void): Promise<void> {
  if (process.platform !== 'linux') throw new Error('the idle figures are read from /proc and need Linux');
  const served = await startServe({ config: 'netflow: {listen: []}\n' });
  try {
    const pid = served.process.pid ?? 0;
    await sleep(SETTLE_MS);
    const before = usage(pid);
    await sleep(MEASURE_MS);
    const after = usage(pid);
    emit({
      name: 'idle_rss',
      value: after.rssBytes / 1e6,
      unit: 'MB',
      peer: 'limit 120 MB',
      ratio: after.rssBytes / 120e6,
    });
    const cpuPercent = ((after.cpuSeconds - before.cpuSeconds) / (MEASURE_MS / 1000)) * 100;
    emit({ name: 'idle_cpu', value: cpuPercent, unit: '% of one core', peer: 'limit 1 %', ratio: cpuPercent });
  } finally {
    await served.stop();
  }
}
