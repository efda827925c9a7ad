import { describe, expect, test } from 'vitest';
import { countFates, importWords } from '../../../renderer/screens/settings/csv/fates.ts';
import { labelsText, readLabels } from '../../../renderer/screens/settings/own-labels.ts';

describe("a router's own labels, as they are typed", () => {
  test.each([
    ['', {}],
    ['site=north, tier=gold', { site: 'north', tier: 'gold' }],
    ['site = north ,', { site: 'north' }],
    [String.raw`a=x\,y\\z, b=1=2`, { a: 'x,y\\z', b: '1=2' }],
    ['a=', { a: '' }],
    ['site', undefined],
    ['=x', undefined],
    ['a=1, a=2', undefined],
    ['__proto__=x', undefined],
  ])('%j', (text, labels) => {
    expect(readLabels(text)).toEqual(labels);
  });

  test('come back as they were written', () => {
    const labels = { site: 'a,b\\c', tier: 'x=y' };
    expect(labelsText(labels)).toBe(String.raw`site=a\,b\\c, tier=x=y`);
    expect(readLabels(labelsText(labels))).toEqual(labels);
  });
});

test('the button of an import says what it would do', () => {
  const rows = (['add', 'add', 'change', 'refused'] as const).map((fate, i) => ({
    line: i + 2,
    kind: 'router',
    name: '',
    address: '',
    fate,
    reason: '',
    changes: [],
  }));
  expect(countFates(rows)).toEqual({ add: 2, change: 1, unchanged: 0, refused: 1 });
  expect(importWords(countFates(rows))).toBe('Add 2 devices, change 1');
  expect(importWords(countFates(rows.slice(1, 2)))).toBe('Add 1 device');
  expect(importWords(countFates(rows.slice(2)))).toBe('Change 1');
  expect(importWords(countFates(rows.slice(3)))).toBe('Import');
});
