// A stream of what interfaces carry, for one page: a slow page gets the latest second, not a queue of them.
import type { LiveTraffic } from '../../../../shared/contract/index.ts';

type Viewer = {
  readonly tell: (second: {
    atMs: number;
    rates: readonly LiveTraffic['rates'][number][];
    problem: string | null;
  }) => void;
  readonly ended: () => void;
};
type Watch = (viewer: Viewer) => () => void;

/** Ends when the page is gone, and with it the asking; or when the router is polled no more, or anew. */
export async function* liveTraffic(watch: Watch, signal: AbortSignal | undefined): AsyncGenerator<LiveTraffic> {
  let latest: LiveTraffic | undefined;
  let wake: (() => void) | undefined;
  let isOver = false;
  const release = watch({
    tell(second) {
      latest = { ...second, rates: [...second.rates] };
      wake?.();
    },
    ended() {
      isOver = true;
      wake?.();
    },
  });
  const gone = (): boolean => isOver || signal?.aborted === true;
  const onAbort = (): void => wake?.();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    while (!gone()) {
      if (latest === undefined) await new Promise<void>((resolve) => (wake = resolve));
      const second = latest;
      latest = undefined;
      if (second !== undefined && !gone()) yield second;
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    release();
  }
}
