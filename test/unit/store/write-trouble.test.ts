import { expect, it } from 'vitest';
import { createWriteTrouble } from '../../../electron/engine/store/state/index.ts';

const full = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });

it('tells a full disk once, and that it is over once every writer was served again', () => {
  const told: (string | undefined)[] = [];
  const trouble = createWriteTrouble((sentence) => told.push(sentence));
  trouble.report('inventory', undefined);
  expect(told).toEqual([]);
  trouble.report('inventory', full);
  trouble.report('inventory', full);
  trouble.report('alerting', full);
  expect(told).toEqual([
    'The disk is full; alerts and the times of last answers are kept in memory and written once it can be.',
  ]);
  trouble.report('inventory', undefined);
  expect(told).toHaveLength(1);
  trouble.report('alerting', undefined);
  expect(told[1]).toBeUndefined();
  expect(told).toHaveLength(2);
});

it('tells what else refuses in its own words', () => {
  const told: (string | undefined)[] = [];
  createWriteTrouble((sentence) => told.push(sentence)).report('inventory', new Error('attempt to write'));
  expect(told[0]).toContain('state.db cannot be written (attempt to write)');
});
