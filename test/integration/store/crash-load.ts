// What the crash test appends, worked out from a seed: the child that is killed sends it, the test knows what must be there.

export const STEP_MS = 480_000;
export const RETENTION_MS = 6 * 86_400_000;
/** Thursday noon, UTC: weeks and days begin on the way. */
export const START = Date.UTC(2026, 10, 19, 12);

export type LoadSample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly timeMs: number;
  /** Undefined: a staleness marker. */
  readonly value: number | undefined;
};

export type LoadBatch = { readonly timeMs: number; readonly samples: readonly LoadSample[] };

/** Any whole number as another one of 32 bits, well mixed. */
export function mix(...parts: readonly number[]): number {
  let state = 0x9e3779b9;
  for (const part of parts) {
    state = Math.imul(state ^ (part | 0), 0x85ebca6b);
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
    state ^= state >>> 16;
  }
  return state >>> 0;
}

const stepMs = (step: number): number => START + step * STEP_MS;

/** Counters of a scraped target, whole numbers; one in eight carries fractions. */
function scraped(seed: number, step: number): LoadBatch {
  const samples = Array.from({ length: 36 }, (_, i): LoadSample => {
    const fraction = i % 8 === 0 ? mix(seed, 1, i, step) / 2 ** 32 : 0;
    return {
      name: 'crash_total',
      labels: { i: String(i) },
      timeMs: stepMs(step),
      value: step * 1_000 + i + fraction,
    };
  });
  return { timeMs: stepMs(step), samples };
}

/** Pods that come, live for ten steps and end with a marker; the third of them that begins now is new to the store. */
function churning(seed: number, step: number): LoadBatch {
  const timeMs = stepMs(step) + 1_000;
  const samples: LoadSample[] = [];
  for (let born = Math.max(0, step - 10); born <= step; born++) {
    if (mix(seed, 2, born) % 3 !== 0) continue;
    const value = step - born === 10 ? undefined : (mix(seed, 3, born, step) % 10_000) / 100;
    samples.push({ name: 'crash_pod', labels: { pod: String(born) }, timeMs, value });
  }
  return { timeMs, samples };
}

/** An agent with times of its own: a third of its samples comes five steps late, among newer ones. */
function late(seed: number, step: number): LoadBatch {
  const samples: LoadSample[] = [];
  for (let i = 0; i < 6; i++) {
    for (const at of [step - 5, step]) {
      const isLate = mix(seed, 4, i, at) % 3 === 0;
      if (at < 0 || isLate !== (at === step - 5)) continue;
      const jitterMs = mix(seed, 5, i, at) % 20_000;
      const value = (mix(seed, 6, i, at) / 2 ** 32) * 100;
      samples.push({ name: 'crash_agent', labels: { i: String(i) }, timeMs: stepMs(at) + jitterMs, value });
    }
  }
  return { timeMs: stepMs(step) + 2_000, samples };
}

/** A series for each hundred steps, which is deleted fifty steps after its end. */
function doomed(_seed: number, step: number): LoadBatch {
  const labels = { era: String(Math.floor(step / 100)) };
  return { timeMs: stepMs(step), samples: [{ name: 'crash_doomed', labels, timeMs: stepMs(step), value: step }] };
}

/** The era whose series is to be deleted at this step. */
export const deletedAt = (step: number): number | undefined =>
  step % 100 === 50 && step > 100 ? Math.floor(step / 100) - 1 : undefined;

/** Several senders at once: the batches of one step, by the letter that names them. */
export const loads: Readonly<Record<string, (seed: number, step: number) => LoadBatch>> = {
  s: scraped,
  c: churning,
  l: late,
  d: doomed,
};
