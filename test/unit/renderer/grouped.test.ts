import { expect, test } from 'vitest';
import { byRule } from '../../../renderer/screens/alerts/grouped.ts';

const alert = (name: string, activeAtMs: number, resolvedAtMs: number | null = null) => ({
  name,
  activeAtMs,
  firedAtMs: null,
  resolvedAtMs,
});

test('alerts of a rule stand together, the newest first, and the rule of the newest leads', () => {
  const groups = byRule([alert('Down', 1), alert('High', 5), alert('Down', 9), alert('Down', 2, 4)]);
  expect(groups.map(({ name, alerts }) => [name, alerts.map((one) => one.activeAtMs)])).toEqual([
    ['Down', [9, 2, 1]],
    ['High', [5]],
  ]);
});
