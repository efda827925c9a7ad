// Notifications to every open page. Nothing is kept for a page that is not there.
import type { Notification } from '../../../shared/contract/index.ts';
import { Wake } from './wake.ts';

/** A page that does not read for so many notifications misses the oldest of them. */
const MAX_WAITING = 50;

export class NotificationFeed {
  readonly #pages = new Set<{ waiting: Notification[]; wake: Wake }>();
  /** To every open page. */
  toPages(notification: Notification): void {
    for (const { waiting, wake } of this.#pages) {
      waiting.push(notification);
      if (waiting.length > MAX_WAITING) waiting.shift();
      wake.ring();
    }
  }

  async *subscribe(signal: AbortSignal | undefined): AsyncGenerator<Notification> {
    const page = { waiting: [] as Notification[], wake: new Wake(signal) };
    this.#pages.add(page);
    try {
      while (!page.wake.ended) {
        await page.wake.wait();
        for (let next = page.waiting.shift(); next !== undefined; next = page.waiting.shift()) yield next;
      }
    } finally {
      this.#pages.delete(page);
    }
  }
}
