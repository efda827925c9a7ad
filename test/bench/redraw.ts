// What eight live graphs cost the page each second: script and main-thread time for each redraw of all, in a real browser.
import { chromium } from '@playwright/test';
import { BROWSER_ARGS, findBrowser } from '../../scripts/browser.mjs';
import { startServe } from '../support/serve.ts';
import type { Figure } from './run.ts';

const WARM_UP_MS = 15_000;
const MEASURE_MS = 20_000;
const GRAPHS = 8;
const FRAME_MS = 1000 / 60;

/** Since the page was opened. */
type Measured = { readonly taskMs: number; readonly scriptMs: number; readonly draws: number };

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
      const original: (...area: number[]) => void = Reflect.get(canvas, 'clearRect');
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
    await page.goto(`${served.url}/#/devices/${encodeURIComponent(id)}?last=5m`);
    await page.getByTestId('graph-cpu').waitFor();
    await page.waitForTimeout(WARM_UP_MS);
    const graphs = await page.locator('[data-testid^="graph-"]').count();
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    const measure = async (): Promise<Measured> => {
      const { metrics } = await session.send('Performance.getMetrics');
      const msOf = (wanted: string): number =>
        1000 * (metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN);
      const draws = await page.evaluate(() => (globalThis as unknown as { draws: number }).draws);
      return { taskMs: msOf('TaskDuration'), scriptMs: msOf('ScriptDuration'), draws };
    };
    const before = await measure();
    await page.waitForTimeout(MEASURE_MS);
    const after = await measure();
    // Whatever else the page did meanwhile is counted too: its ticks, its tables, its clocks.
    const draws = after.draws - before.draws;
    const ofEight = (ms: number): number => (ms / draws) * GRAPHS;
    const scaled = graphs === GRAPHS ? '' : `, scaled from the host page's ${graphs} graphs`;
    const frame = (value: number) => ({ value, peer: 'frame of 60 Hz', ratio: value / FRAME_MS });
    emit({ name: 'redraw_graphs', value: graphs, unit: 'graphs' });
    emit({
      name: 'redraw_8_graphs_script',
      unit: `ms of script a round${scaled}`,
      ...frame(ofEight(after.scriptMs - before.scriptMs)),
    });
    emit({
      name: 'redraw_8_graphs',
      unit: `ms of main thread a round${scaled}`,
      ...frame(ofEight(after.taskMs - before.taskMs)),
    });
  } finally {
    await browser.close();
    await served.stop();
  }
}
