// Runs background work in slices between appends, with rests, so that ingestion never waits for it.

/** An append that comes meanwhile waits no longer than this and a step. */
const SLICE_MS = 12;
/** A rest is so many times as long as the slice before it: the background takes a quarter of a core. */
const REST_FACTOR = 3;

export type Pace = 'calm' | 'urgent';

/** Resolves with what the work answers, or with undefined when it was told to stop. What the work throws is thrown on. */
export async function finishInSlices<T>(
  work: Generator<void, T>,
  mayGoOn: () => boolean,
  pace: Pace = 'urgent',
): Promise<T | undefined> {
  for (;;) {
    if (!mayGoOn()) {
      work.return(undefined as T);
      return undefined;
    }
    const started = performance.now();
    let step = work.next();
    while (step.done !== true && performance.now() - started < SLICE_MS) step = work.next();
    if (step.done === true) return step.value;
    await rest(pace === 'calm' ? (performance.now() - started) * REST_FACTOR : 0);
  }
}

const rest = (restMs: number): Promise<void> =>
  new Promise((resolve) => {
    if (restMs > 0) setTimeout(resolve, restMs);
    else setImmediate(resolve);
  });
