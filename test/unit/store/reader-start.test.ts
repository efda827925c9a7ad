import { expect, test } from 'vitest';
import { Labels } from '../../../shared/model/labels.ts';
import { NOON, testbed } from './testbed.ts';

const SERIES = 5;

/** A matter of milliseconds: each round is another chance to miss some. */
test.each([1, 2, 3, 4, 5, 6])('series that are first committed while the reader starts are seen: %i', async () => {
  const bed = testbed();
  const store = await bed.open({ maxSeries: 1_000_000 });
  const appended: Promise<unknown>[] = [];
  let batches = 0;
  const append = (): void => {
    const refs = Uint32Array.from({ length: SERIES }, (_, n) => store.ref(Labels.of('x', { n: `${batches}/${n}` })));
    batches++;
    appended.push(store.append({ timestampMs: NOON, refs, values: new Float64Array(SERIES) }));
  };
  // The first query starts the reader; series come all the while.
  const started = new AbortController();
  const first = store.instant('count(x)', NOON).then(() => started.abort());
  while (!started.signal.aborted) {
    append();
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  }
  await Promise.all([first, ...appended]);
  const { value } = await store.instant('count(x)', NOON);
  expect(value).toMatchObject({ type: 'vector', samples: [{ value: batches * SERIES }] });
  await bed.end();
});
