// What eight live graphs cost the page: main-thread time for each redraw, in a real browser.
import { chromium } from '@playwright/test';
import { BROWSER_ARGS, findBrowser } from '../../scripts/browser.mjs';
import { startServe } from '../support/serve.ts';
import type { Figure } from './run.ts';

const WARM_UP_MS = 15_000;
const MEASURE_MS = 20_000;

export async function redrawBench(emit: (figure: Figure) => void): Promise<void> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('no browser was found');
  const served = await startServe({ config: 'netflow: {listen: []}\n' });
  const browser = await chromium.launch({ executablePath, args: BROWSER_ARGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1600, height: 1600 } });
    // A graph clears its canvas once for each time that it draws itself.
    await page.addInitScript(() => {
      const canvas = CanvasRenderingContext2D.prototype;
      const original = Reflect.get(canvas, 'clearRect') as (...area: number[]) => void;
      const counted = globalThis as unknown as { draws: number };
      counted.draws = 0;
      canvas.clearRect = function clearRect(...area) {
        counted.draws++;
        original.apply(this, area);
      };
    });
    await page.goto(served.openUrl);
    await page.getByTestId('overview-sentence').waitFor();
    const host = await page.getByTestId('overview-sentence').textContent();
    const id = host?.split(', ')[1] ?? '';
    await page.goto(`${served.url}/#/devices/${encodeURIComponent(id)}?last=300000`);
    await page.getByTestId('graph-cpu').waitFor();
    await page.waitForTimeout(WARM_UP_MS);
    const graphs = await page.locator('[data-testid^="graph-"]').count();
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    const measure = async (): Promise<{ taskSeconds: number; draws: number }> => {
      const { metrics } = await session.send('Performance.getMetrics');
      const taskSeconds = metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
      const draws = await page.evaluate(() => (globalThis as unknown as { draws: number }).draws);
      return { taskSeconds, draws };
    };
    const before = await measure();
    await page.waitForTimeout(MEASURE_MS);
    const after = await measure();
    const rounds = (after.draws - before.draws) / Math.max(1, graphs);
    const perRoundMs = ((after.taskSeconds - before.taskSeconds) * 1000) / rounds;
    emit({ name: 'redraw_graphs', value: graphs, unit: 'graphs' });
    emit({
      name: 'redraw_8_graphs',
      value: (perRoundMs * 8) / graphs,
      unit: 'ms of main thread',
      peer: 'frame of 60 Hz',
      ratio: (perRoundMs * 8) / graphs / 16.7,
    });
  } finally {
    await browser.close();
    await served.stop();
  }
}
