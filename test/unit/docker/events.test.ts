// What an engine says that happened to containers, in words for a time axis.
import { describe, expect, it } from 'vitest';
import { eventSchema } from '../../../electron/engine/collectors/docker/answers.ts';
import { containerEvent } from '../../../electron/engine/collectors/docker/events.ts';

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
