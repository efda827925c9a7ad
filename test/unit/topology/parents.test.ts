// Through whom a device is reached: what is set goes first, then the links are followed from this computer.
import { expect, test } from 'vitest';
import { leadsBack, parentsOf, workOutParents } from '../../../electron/engine/topology/parents.ts';

type Wanted = Parameters<typeof workOutParents>[0];

const parents = (
  links: readonly (readonly [string, string])[],
  more: { hand?: Record<string, string | null>; file?: Record<string, string>; devices?: readonly string[] } = {},
): Record<string, string> => {
  const { hand = {}, file = {}, devices = ['core', 'north', 'south', 'mill', 'office'] } = more;
  const wanted: Wanted = {
    devices: new Set(devices),
    links: links.map(([a, b]) => ({ a, b, isTrusted: true })),
    hereId: 'pc',
    set: { hand: new Map(Object.entries(hand)), file: new Map(Object.entries(file)) },
  };
  return Object.fromEntries([...workOutParents(wanted)].map(([id, parent]) => [id, `${parent.id} by ${parent.by}`]));
};

const TREE = [
  ['core', 'pc'],
  ['core', 'north'],
  ['core', 'south'],
  ['mill', 'north'],
  ['office', 'south'],
] as const;

test('links are followed from this computer; what is next to it has nobody in between', () => {
  expect(parents(TREE)).toEqual({
    north: 'core by neighbours',
    south: 'core by neighbours',
    mill: 'north by neighbours',
    office: 'south by neighbours',
  });
});

test('a ring is entered from the nearer side', () => {
  expect(parents([...TREE, ['mill', 'office']])).toMatchObject({
    mill: 'north by neighbours',
    office: 'south by neighbours',
  });
});

test('a link that is heard goes before one that was heard once', () => {
  const found = workOutParents({
    devices: new Set(['a', 'b', 'x']),
    links: [
      { a: 'a', b: 'pc', isTrusted: true },
      { a: 'b', b: 'pc', isTrusted: true },
      { a: 'a', b: 'x', isTrusted: false },
      { a: 'b', b: 'x', isTrusted: true },
    ],
    hereId: 'pc',
    set: { hand: new Map(), file: new Map() },
  });
  // Both are as near; a comes first by its name, and passes x on first.
  expect(found.get('x')).toEqual({ id: 'b', by: 'neighbours' });
});

test('without a link to this computer nothing is worked out', () => {
  expect(parents(TREE.slice(1))).toEqual({});
});

test('one that was said to have nothing above it is where its part begins', () => {
  expect(parents(TREE.slice(1), { hand: { core: null } })).toEqual({
    north: 'core by neighbours',
    south: 'core by neighbours',
    mill: 'north by neighbours',
    office: 'south by neighbours',
  });
});

test('what the hand says goes before the file, and both before the links', () => {
  expect(parents(TREE, { hand: { mill: 'south' }, file: { mill: 'core', office: 'north' } })).toMatchObject({
    mill: 'south by hand',
    office: 'north by file',
  });
});

test('what is behind one that was set follows it', () => {
  expect(parents([['mill', 'office']], { hand: { mill: 'core' } })).toEqual({
    mill: 'core by hand',
    office: 'mill by neighbours',
  });
});

test('a switch that is not watched is passed through', () => {
  expect(
    parents([
      ['core', 'pc'],
      ['core', 'found 1'],
      ['found 1', 'mill'],
    ]),
  ).toEqual({ mill: 'core by neighbours' });
});

test('a parent that is no device, and one that closes a loop, count for nothing', () => {
  expect(parents([], { hand: { mill: 'gone' } })).toEqual({});
  expect(parents([], { hand: { core: 'north', north: 'core' } })).toEqual({ core: 'north by hand' });
});

test('the way up is followed until it ends, also in a loop', () => {
  const up = new Map([
    ['c', { id: 'b' }],
    ['b', { id: 'a' }],
    ['x', { id: 'y' }],
    ['y', { id: 'x' }],
  ]);
  expect(leadsBack(up, 'a', 'c')).toBe(true);
  expect(leadsBack(up, 'c', 'a')).toBe(false);
  expect(leadsBack(up, 'a', 'x')).toBe(false);
});

test('the file names parents of routers and of named devices', () => {
  const config = {
    routeros: [{ name: 'mill', parent: 'core' }, { name: 'core' }],
    devices: [{ id: 'edge', parent: 'mill' }],
  };
  expect([...parentsOf(config)]).toEqual([
    ['mill', 'core'],
    ['edge', 'mill'],
  ]);
});
