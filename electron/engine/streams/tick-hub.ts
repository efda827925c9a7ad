// Ticks to pages: what changed since a page last looked. A slow page gets one merged tick, never a queue.
import type { Tick } from '../../../shared/contract/index.ts';
import { pause } from '../clock.ts';
import { Wake } from './wake.ts';

type Topic = Tick['changed'][number];

/** At most two ticks a second. */
const MIN_GAP_MS = 500;

export class TickHub {
  readonly #pages = new Set<{ changed: Set<Topic>; wake: Wake }>();

  changed(...topics: readonly Topic[]): void {
    for (const { changed, wake } of this.#pages) {
      for (const topic of topics) changed.add(topic);
      wake.ring();
    }
  }

  async *subscribe(signal: AbortSignal | undefined): AsyncGenerator<Tick> {
    const page = { changed: new Set<Topic>(), wake: new Wake(signal) };
    this.#pages.add(page);
    try {
      // The first tick says that the stream stands.
      yield { atMs: Date.now(), changed: [] };
      while (!page.wake.ended) {
        await page.wake.wait();
        if (page.changed.size === 0) continue;
        const changed = [...page.changed];
        page.changed.clear();
        yield { atMs: Date.now(), changed };
        await pause(MIN_GAP_MS, signal);
      }
    } finally {
      this.#pages.delete(page);
    }
  }
}
