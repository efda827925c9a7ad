import { describe, expect, it } from 'vitest';
import type { RouterosConnection } from '../../../electron/engine/collectors/routeros/client/index.ts';
import type { Collector } from '../../../electron/engine/collectors/routeros/collectors/collector.ts';
import { poll, type PollInput } from '../../../electron/engine/collectors/routeros/poller/poll.ts';
import { HandClock } from '../inventory/doubles.ts';

const NOON_MS = Date.UTC(2026, 10, 21, 12);

const took = ({ name }: Pick<Collector, 'name'>): number => Number(name.split(' ')[1]) * 1_000;

/** Polls each 15 s over a link where every collector takes what its name says: "often 6", "seldom 4". */
async function begun(names: readonly string[], options: Partial<PollInput> = {}): Promise<string[]> {
  const clock = new HandClock(NOON_MS);
  const due = names.map((name): Collector => ({
    name,
    reads: 'something',
    enabled: 'on',
    collect: () => {
      clock.pass(took({ name }));
      return Promise.resolve([]);
    },
  }));
  const outcomes = await poll({
    connection: {} as RouterosConnection,
    due,
    facts: () => ({}),
    settings: { addressLists: [] },
    learn: () => {},
    observe: () => {},
    clock,
    budgetMs: 30_000,
    seldomMs: 13_500,
    isSeldom: ({ name }) => name.startsWith('seldom'),
    expectedMs: took,
    commandTimeoutMs: 10_000,
    signal: new AbortController().signal,
    ...options,
  });
  return outcomes.map(({ collector: { name } }) => name);
}

describe('a poll over a slow link', () => {
  it('reads each time what belongs to each poll, and of the rest what leaves the next poll in time', async () => {
    expect(await begun(['often 1', 'seldom 4', 'seldom 5', 'seldom 2', 'often 6', 'seldom 1'])).toEqual([
      'often 1',
      'seldom 4',
      'seldom 2',
      'often 6',
    ]);
  });

  it('begins the one that has waited longest, however long it and the others take', async () => {
    expect(await begun(['often 9', 'seldom 14', 'seldom 1', 'often 5'])).toEqual(['often 9', 'seldom 14', 'often 5']);
  });

  it('takes the time of two where those of each poll take longer than one', async () => {
    expect(await begun(['seldom 2', 'often 16', 'seldom 5', 'seldom 5', 'seldom 3'])).toEqual([
      'seldom 2',
      'often 16',
      'seldom 5',
      'seldom 3',
    ]);
  });

  it('reads everything where there is time for it', async () => {
    const names = ['often 1', 'seldom 1', 'seldom 1', 'often 1', 'seldom 1'];
    expect(await begun(names)).toEqual(names);
  });

  it('lets nothing begin after its budget', async () => {
    expect(await begun(['often 20', 'often 10', 'often 1', 'seldom 1'])).toEqual(['often 20', 'often 10']);
  });
});
