// What an engine says that happened to containers, in words for a time axis.
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { eventSchema } from '../../../electron/engine/collectors/docker/answers.ts';
import { containerEvent, followEvents } from '../../../electron/engine/collectors/docker/events.ts';

import type { EngineClient } from '../../../electron/engine/collectors/docker/engine-client.ts';
import { HandClock } from '../inventory/doubles.ts';

const NOW_MS = 1_795_289_300_000;
const event = (answer: unknown) => containerEvent(eventSchema.parse(answer), NOW_MS);
const actor = (attributes: Record<string, string>) => ({ ID: 'ab'.repeat(32), Attributes: attributes });

describe('an event of a container', () => {
  it.each([
    ['start', {}, 'web started'],
    ['stop', {}, 'web was stopped'],
    ['die', { exitCode: '137' }, 'web ended with code 137'],
    ['die', { exitCode: 'x\u001b[31m' }, 'web ended'],
    ['oom', {}, 'web ran out of memory'],
    ['health_status: unhealthy', {}, 'web is unhealthy'],
    ['health_status: healthy', {}, 'web is healthy'],
  ])('%s is told', (Action, more, words) => {
    const told = event({
      Type: 'container',
      Action,
      Actor: actor({ name: 'web', ...more }),
      timeNano: 1_795_289_256_796_000_000,
    });
    expect(told).toMatchObject({ words, name: 'web', atMs: 1_795_289_256_796 });
  });

  it('that is not one of these is left out', () => {
    expect(event({ Action: 'exec_start: sh', Actor: actor({ name: 'web' }), time: 1 })).toBeUndefined();
    expect(event({ Action: 'start' })).toBeUndefined();
  });

  it('has the id where there is no name, and never a time to come', () => {
    expect(event({ status: 'start', id: '0123456789abcdef', time: NOW_MS / 1_000 + 500 })).toEqual({
      id: '0123456789abcdef',
      name: '0123456789ab',
      action: 'start',
      atMs: NOW_MS,
      words: '0123456789ab started',
    });
  });
});

describe('events', () => {
  it('are asked for again soon after a connection that held, later and later while none does', async () => {
    const clock = new HandClock(NOW_MS);
    const held = [0, 0, 40_000, 0, 600_000];
    const waits: number[] = [];
    const ending = new AbortController();
    const client = {
      // oxlint-disable-next-line require-yield -- nothing happens to any container
      async *lines() {
        await turn();
        clock.pass(held[waits.length] ?? 0);
        throw new Error('broken off');
      },
    } as unknown as EngineClient;
    await followEvents(
      client,
      clock,
      ending.signal,
      undefined,
      () => {},
      (ms) => {
        if (waits.push(ms) === held.length) ending.abort();
        return Promise.resolve();
      },
    );
    expect(waits).toEqual([1_000, 2_000, 1_000, 2_000, 1_000]);
  });
});

const started = (name: string, atMs: number) =>
  eventSchema.parse({ Action: 'start', Actor: actor({ name }), timeNano: atMs * 1e6 });

it('events of a time that is asked for again are told once, and what happened meanwhile is told', async () => {
  const asked: string[] = [];
  const stop = new AbortController();
  const client: Pick<EngineClient, 'lines'> = {
    async *lines(url: string) {
      asked.push(new URL(url, 'http://engine').searchParams.get('since') ?? 'none');
      yield started('web', NOW_MS - 5_000) as never;
      if (asked.length === 2) yield started('late', NOW_MS - 4_000) as never;
      await turn();
    },
  };
  const words: string[] = [];
  await followEvents(
    client as EngineClient,
    new HandClock(NOW_MS),
    stop.signal,
    undefined,
    (told) => words.push(told.words),
    () => {
      if (asked.length === 2) stop.abort();
      return Promise.resolve();
    },
  );
  expect(words).toEqual(['web started', 'late started']);
  expect(asked).toEqual(['none', ((NOW_MS - 5_000) / 1_000).toFixed(3)]);
});
