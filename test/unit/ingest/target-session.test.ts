import { describe, expect, it } from 'vitest';
import { WrittenSeries } from '../../../electron/engine/alerting/rules/written-series.ts';
import { TargetSession } from '../../../electron/engine/ingest/index.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { RememberingAppender } from '../inventory/doubles.ts';

/** An appender whose store refuses while `refuses` is set. */
class RefusingAppender extends RememberingAppender {
  refuses = false;
  override append(batch: Parameters<RememberingAppender['append']>[0]) {
    return this.refuses ? Promise.reject(new Error('the disk is full')) : super.append(batch);
  }
}

const sample = (name: string) => ({ labels: Labels.of(name), value: 1 });

function setUp(options?: { duplicates: 'first' | 'last' }) {
  const appender = new RefusingAppender();
  const session = new TargetSession(appender, options);
  let timeMs = 0;
  /** `a=1` is a sample of the series a, `a=1@5` one with a time of its own; answers with what the store got. */
  const scrape = async (...samples: string[]): Promise<string[]> => {
    const batch = session.begin((timeMs += 1_000));
    for (const text of samples) {
      const [name = '', value = '', ownMs] = text.split(/[=@]/);
      batch.addLabels(Labels.of(name), Number(value), ownMs === undefined ? undefined : Number(ownMs));
    }
    await batch.commit();
    return appender.text(appender.batches.at(-1));
  };
  const end = async (): Promise<string[]> => {
    await session.end((timeMs += 1_000));
    return appender.text(appender.batches.at(-1));
  };
  return { appender, session, scrape, end };
}

describe("a target's batches", () => {
  it('end the series that are no longer exposed, once', async () => {
    const { scrape } = setUp();
    expect(await scrape('a=1', 'b=2', 'c=3')).toEqual(['a{} 1', 'b{} 2', 'c{} 3']);
    expect(await scrape('a=1', 'c=3')).toEqual(['a{} 1', 'c{} 3', 'b{} stale']);
    expect(await scrape('a=1', 'c=3')).toEqual(['a{} 1', 'c{} 3']);
    expect(await scrape('a=1')).toEqual(['a{} 1', 'c{} stale']);
  });

  it('carry series that were not asked for this time: they have no sample, and do not end', async () => {
    const { appender, session, scrape } = setUp();
    await scrape('a=1', 'b=2', 'c=3');
    const [, b] = appender.batches.at(-1)?.refs ?? [];
    const batch = session.begin(10_000);
    batch.addLabels(Labels.of('a'), 4);
    batch.carry([b!]);
    await batch.commit();
    expect(appender.text(appender.batches.at(-1))).toEqual(['a{} 4', 'c{} stale']);
    expect(await scrape('a=5')).toEqual(['a{} 5', 'b{} stale']);
  });

  it('carry no series that has ended', async () => {
    const { appender, session, scrape } = setUp();
    await scrape('a=1', 'b=2');
    const [, b] = appender.batches.at(-1)?.refs ?? [];
    await scrape('a=1');
    const batch = session.begin(10_000);
    batch.addLabels(Labels.of('a'), 1);
    batch.carry([b!]);
    await batch.commit();
    expect(await scrape('a=1')).toEqual(['a{} 1']);
  });

  it('may come in another order', async () => {
    const { scrape } = setUp();
    await scrape('a=1', 'b=2', 'c=3');
    expect(await scrape('c=6', 'a=4', 'b=5')).toEqual(['c{} 6', 'a{} 4', 'b{} 5']);
    expect(await scrape('a=7', 'd=8', 'b=9')).toEqual(['a{} 7', 'd{} 8', 'b{} 9', 'c{} stale']);
  });

  it.each([
    ['first', ['a{} 1', 'b{} 2']],
    ['last', ['a{} 9', 'b{} 2']],
  ] as const)('take the %s of two samples of one series, also where the batch before had one', async (which, kept) => {
    const { scrape } = setUp({ duplicates: which });
    expect(await scrape('a=1', 'b=2', 'a=9')).toEqual(kept);
    expect(await scrape('a=1', 'b=2', 'a=9')).toEqual(kept);
    expect(await scrape('a=1', 'a=9', 'b=2')).toEqual(kept);
  });

  it('do not end a series that has times of its own', async () => {
    const { scrape } = setUp();
    await scrape('a=1', 'b=2@500');
    expect(await scrape('a=1')).toEqual(['a{} 1']);
  });

  it('end everything when the target is gone, and nothing the second time', async () => {
    const { appender, scrape, end } = setUp();
    await scrape('a=1', 'b=2');
    expect(await end()).toEqual(['a{} stale', 'b{} stale']);
    await end();
    expect(appender.batches).toHaveLength(2);
  });
});

describe('an end that the store refused', () => {
  it('is told with the next batch, but not of a series that is back', async () => {
    const { appender, scrape } = setUp();
    await scrape('a=1', 'b=2', 'c=3');
    appender.refuses = true;
    await expect(scrape('a=1')).rejects.toThrow('the disk is full');
    appender.refuses = false;
    expect(await scrape('a=1', 'c=3')).toEqual(['a{} 1', 'c{} 3', 'b{} stale']);
    expect(await scrape('a=1', 'c=3')).toEqual(['a{} 1', 'c{} 3']);
  });

  it('is told at the next end of the target', async () => {
    const { appender, scrape, end } = setUp();
    await scrape('a=1');
    appender.refuses = true;
    await expect(end()).rejects.toThrow('the disk is full');
    appender.refuses = false;
    expect(await end()).toEqual(['a{} stale']);
  });

  it("is told of a rule's series too", async () => {
    const appender = new RefusingAppender();
    const written = new WrittenSeries();
    await written.write(appender, 1_000, [sample('a'), sample('b')]);
    appender.refuses = true;
    await expect(written.write(appender, 2_000, [sample('a')])).rejects.toThrow('the disk is full');
    appender.refuses = false;
    await written.write(appender, 3_000, [sample('a')]);
    expect(appender.text(appender.batches.at(-1))).toEqual(['a{} 1', 'b{} stale']);
  });
});

describe('the memory of a session', () => {
  it("grows with its own series, not with everybody's refs", async () => {
    const before = process.memoryUsage().arrayBuffers;
    const sessions: TargetSession[] = [];
    for (let i = 0; i < 20; i++) {
      const session = new TargetSession(new RememberingAppender());
      const batch = session.begin(1_000);
      // As after a year of series that came and went: the numbers are large, the target is small.
      for (let n = 0; n < 10; n++) batch.add(4_000_000 + n, n);
      await batch.commit();
      sessions.push(session);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1024 ** 2);
    expect(sessions).toHaveLength(20);
  });
});

const DAY = 86_400_000;

function limited(max: number) {
  const refs = new Map<string, number>();
  class LimitingAppender extends RememberingAppender {
    readonly maxSeriesPerTarget = max;
    override ref(labels: Labels): number {
      const ref = super.ref(labels);
      refs.set(labels.key, ref);
      return ref;
    }
    known(labels: Labels): number | undefined {
      return refs.get(labels.key);
    }
  }
  const appender = new LimitingAppender();
  let atMs = 0;
  const session = new TargetSession(appender, { monotonic: () => atMs });
  let timeMs = 0;
  const scrape = async (...names: string[]): Promise<{ refused: number; stored: string[] }> => {
    const batch = session.begin((timeMs += 1_000));
    for (const name of names) batch.addLabels(Labels.of(name), 1);
    batch.addReport(appender.ref(Labels.of('up')), 1);
    const { overLimit } = await batch.commit();
    return { refused: overLimit, stored: appender.text(appender.batches.at(-1)) };
  };
  return { refs, scrape, wait: (ms: number) => (atMs += ms) };
}

describe("a target's limit of series", () => {
  it('refuses series beyond it, keeps those that it has, and what is told of the target', async () => {
    const { scrape } = limited(2);
    expect(await scrape('a', 'b', 'c', 'd')).toEqual({ refused: 2, stored: ['a{} 1', 'b{} 1', 'up{} 1'] });
    expect(await scrape('c', 'b', 'a')).toEqual({ refused: 1, stored: ['b{} 1', 'a{} 1', 'up{} 1'] });
  });

  it('holds for a day, also when each scrape has other series: they take neither refs nor memory', async () => {
    const { refs, scrape, wait } = limited(100);
    let stored = 0;
    for (let k = 0; k < 200; k++)
      stored += 10 - (await scrape(...Array.from({ length: 10 }, (_, i) => `x${k * 10 + i}`))).refused;
    expect(stored).toBe(100);
    expect(refs.size).toBe(101);
    wait(DAY);
    await scrape();
    expect((await scrape('new')).refused).toBe(0);
  });

  it('allows four times as many new ones within thirty days', async () => {
    const { scrape, wait } = limited(10);
    const perDay: number[] = [];
    for (let day = 0; day < 33; day++) {
      const names = Array.from({ length: 20 }, (_, i) => `day${day}_${i}`);
      perDay.push(20 - (await scrape(...names)).refused);
      wait(DAY);
      await scrape();
    }
    expect(perDay.slice(0, 6)).toEqual([10, 10, 10, 10, 0, 0]);
    expect(perDay.slice(28)).toEqual([0, 0, 10, 10, 10]);
  });
});
