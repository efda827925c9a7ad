import { expect, test } from 'vitest';
import { QueryGate } from '../../../renderer/app/data/gate.ts';

/** Asks that are answered by hand, in the order in which they were let through. */
function asks() {
  const answers: (() => void)[] = [];
  const begun: string[] = [];
  return {
    begun,
    ask: (name: string) => () => {
      begun.push(name);
      return new Promise<string>((resolve) => answers.push(() => resolve(name)));
    },
    answer: async () => {
      answers.shift()?.();
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

test('lets so many through and the others in their order', async () => {
  const gate = new QueryGate(2);
  const { ask, begun, answer } = asks();
  const done = Promise.all(['a', 'b', 'c', 'd'].map((name) => gate.run(ask(name))));
  expect(begun).toEqual(['a', 'b']);
  await answer();
  expect(begun).toEqual(['a', 'b', 'c']);
  await answer();
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  await answer();
  await answer();
  expect(await done).toEqual(['a', 'b', 'c', 'd']);
  void gate.run(ask('e'));
  expect(begun).toContain('e');
});

test('one that is given up while it waits is never asked', async () => {
  const gate = new QueryGate(1);
  const { ask, begun, answer } = asks();
  const first = gate.run(ask('a'));
  const gone = new AbortController();
  const second = gate.run(ask('b'), gone.signal);
  const third = gate.run(ask('c'));
  gone.abort();
  await expect(second).rejects.toThrow('aborted');
  await answer();
  expect(begun).toEqual(['a', 'c']);
  await answer();
  expect(await Promise.all([first, third])).toEqual(['a', 'c']);
});

test('one that fails leaves its place to the next', async () => {
  const gate = new QueryGate(1);
  const { ask, begun, answer } = asks();
  const failed = gate.run(() => Promise.reject(new Error('no')));
  const next = gate.run(ask('b'));
  await expect(failed).rejects.toThrow('no');
  await answer();
  expect(begun).toEqual(['b']);
  expect(await next).toBe('b');
});
