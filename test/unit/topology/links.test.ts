// From what devices hear to links: direct neighbours, through switches that are watched, found or silent.
import { expect, test } from 'vitest';
import type { InterfaceSeen, NeighbourSeen } from '../../../electron/engine/observations/index.ts';
import { HeardTable } from '../../../electron/engine/topology/heard.ts';
import { createIdentify } from '../../../electron/engine/topology/identify.ts';
import { linksOf } from '../../../electron/engine/topology/links.ts';

const IDS = ['a', 'b', 'c', 'd', 's'] as const;

/** Each device's n-th port is called p1, p2, ...; its MAC says whose and which. */
const mac = (id: string, port: number): string =>
  `00:00:00:00:${(IDS.indexOf(id as never) + 10).toString(16).toUpperCase().padStart(2, '0')}:0${port}`;
const portsOf = (id: string): InterfaceSeen[] => [1, 2, 3].map((n) => ({ name: `p${n}`, mac: mac(id, n) }));

/** `p1 b.p2`: at the own port p1 there is port p2 of b. */
function row(text: string): NeighbourSeen {
  const [own = '', other = ''] = text.split(' ');
  const [id = '', port] = other.split('.');
  return {
    interface: own,
    mac: mac(id, Number(port?.slice(1) ?? 1)),
    identity: id,
    ...(port !== undefined && { remoteInterface: port }),
  };
}

function linked(heard: Readonly<Record<string, readonly string[]>>, known: readonly string[] = ['a', 'b', 'c', 'd']) {
  const table = new HeardTable();
  for (const [by, rows] of Object.entries(heard))
    table.tell(by, by === 'pc' ? 'mndp' : 'neighbor', rows.map(row), 1_000);
  const devices = known.map((id, i) => ({ id, name: id, address: `10.0.0.${i + 1}` }));
  const identify = createIdentify(devices, new Map(known.map((id) => [id, portsOf(id)])), {
    id: 'pc',
    macs: new Set(),
    addresses: new Set(),
  });
  const { links } = linksOf(
    table.all(),
    identify,
    () => false,
    (id) => id === 'pc' || known.includes(id),
  );
  return links.map(({ a, b, ports }) => `${a} ${b}: ${ports.map((one) => `${one.a}-${one.b}`).join(' ')}`);
}

test('two that hear each other have one link, with the ports of both', () => {
  expect(linked({ a: ['p1 b.p2'], b: ['p2 a.p1'] })).toEqual(['a b: p1-p2']);
});

test('one that hears is enough, and what it did not say is learnt from the other', () => {
  expect(linked({ a: ['p1 b.p2'] })).toEqual(['a b: p1-p2']);
  expect(linked({ b: ['p2 a.p3'] })).toEqual(['a b: p3-p2']);
});

test('two wires between the same two are one link with two pairs of ports', () => {
  expect(linked({ a: ['p1 b.p1', 'p2 b.p2'], b: ['p1 a.p1', 'p2 a.p2'] })).toEqual(['a b: p1-p1 p2-p2']);
});

test('what is heard through a bridge between is no link', () => {
  // a - b - c, all of which hear each other, since b passes announcements on.
  expect(linked({ a: ['p1 b.p1', 'p1 c.p1'], b: ['p1 a.p1', 'p2 c.p1'], c: ['p1 b.p2', 'p1 a.p1'] })).toEqual([
    'a b: p1-p1',
    'b c: p2-p1',
  ]);
});

test('a chain of two bridges is a chain', () => {
  expect(
    linked({
      a: ['p1 b.p1', 'p1 c.p1', 'p1 d.p1'],
      b: ['p1 a.p1', 'p2 c.p1', 'p2 d.p1'],
      c: ['p1 b.p2', 'p1 a.p1', 'p2 d.p1'],
      d: ['p1 c.p2', 'p1 b.p2', 'p1 a.p1'],
    }),
  ).toEqual(['a b: p1-p1', 'b c: p2-p1', 'c d: p2-p1']);
});

test('a ring of wires stays a ring', () => {
  expect(linked({ a: ['p1 b.p1', 'p2 c.p1'], b: ['p1 a.p1', 'p2 c.p2'], c: ['p1 a.p2', 'p2 b.p2'] })).toEqual([
    'a b: p1-p1',
    'a c: p2-p1',
    'b c: p2-p2',
  ]);
});

test('three on a switch that says nothing meet at a segment', () => {
  expect(linked({ a: ['p1 b.p1', 'p1 c.p1'], b: ['p1 a.p1', 'p1 c.p1'], c: ['p1 a.p1', 'p1 b.p1'] })).toEqual([
    'a segment a p1: p1-',
    'b segment a p1: p1-',
    'c segment a p1: p1-',
  ]);
});

test('an access point hears its stations, which do not hear each other: each has a link', () => {
  expect(linked({ a: ['p1 b.p1', 'p1 c.p1'], b: ['p1 a.p1'], c: ['p1 a.p1'] })).toEqual(['a b: p1-p1', 'a c: p1-p1']);
});

test('a switch that is not watched but names its ports is between those that hear it', () => {
  const found = `found ${mac('s', 1)}`;
  expect(linked({ a: ['p1 s.p1', 'p1 b.p1'], b: ['p1 s.p2', 'p1 a.p1'] })).toEqual([
    `a ${found}: p1-p1`,
    `b ${found}: p1-p2`,
  ]);
});

test('so is one that names none', () => {
  const found = `found ${mac('s', 1)}`;
  expect(linked({ a: ['p1 s', 'p1 b.p1'], b: ['p1 s', 'p1 a.p1'] })).toEqual([`a ${found}: p1-`, `b ${found}: p1-`]);
});

test('of those that this computer hears, only the nearest is next to it', () => {
  expect(linked({ pc: ['x a.p3', 'x b.p1'], a: ['p1 b.p1'], b: ['p1 a.p1'] })).toEqual(['a b: p1-p1', 'a pc: p3-']);
});

test('nobody is next to itself', () => {
  expect(linked({ a: ['p1 a.p2'] })).toEqual([]);
});
