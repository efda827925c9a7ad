// The map's picture: trees that do not overlap, places that are kept, and links from border to border.
import { expect, test } from 'vitest';
import { loadOf, shapeOf, widthOf } from '../../../renderer/screens/map/geometry.ts';
import { NODE_HEIGHT, NODE_WIDTH, layOut } from '../../../renderer/screens/map/layout.ts';
import type { Place } from '../../../renderer/screens/map/layout.ts';
import { fitView, nextTo, zoomAt } from '../../../renderer/screens/map/places.ts';

const NOWHERE: ReadonlyMap<string, Place> = new Map();

function overlaps(places: ReadonlyMap<string, Place>): string[] {
  const all = [...places];
  return all.flatMap(([a, p], i) =>
    all
      .slice(i + 1)
      .filter(([, q]) => Math.abs(p.x - q.x) < NODE_WIDTH && Math.abs(p.y - q.y) < NODE_HEIGHT)
      .map(([b]) => `${a} ${b}`),
  );
}

/** Node n hangs at node floor(n / 3). */
const tree = (count: number): { ids: string[]; edges: { a: string; b: string }[] } => ({
  ids: Array.from({ length: count }, (_, i) => `n${i}`),
  edges: Array.from({ length: count - 1 }, (_, i) => ({ a: `n${Math.floor((i + 1) / 3)}`, b: `n${i + 1}` })),
});

test('the middle of the network is in the middle, and its neighbours are around it', () => {
  const edges = ['b', 'c', 'd', 'e'].map((b) => ({ a: 'a', b }));
  const places = layOut(['a', 'b', 'c', 'd', 'e'], edges, NOWHERE);
  const around = ['b', 'c', 'd', 'e'].map((id) => places.get(id) ?? { x: 0, y: 0 });
  const middle = places.get('a') ?? { x: 0, y: 0 };
  expect(around.map(({ x, y }) => [Math.sign(x - middle.x), Math.sign(y - middle.y)])).toEqual([
    [1, -1],
    [1, 1],
    [-1, 1],
    [-1, -1],
  ]);
});

test('twenty routers are drawn as large as life on a laptop', () => {
  const towers = ['t1', 't2', 't3'];
  const sites = towers.flatMap((tower) => [1, 2, 3, 4, 5].map((n) => `${tower}-${n}`));
  const edges = [
    { a: 'border', b: 'core' },
    ...towers.map((b) => ({ a: 'core', b })),
    ...sites.map((b) => ({ a: b.slice(0, 2), b })),
  ];
  const places = layOut(['border', 'core', ...towers, ...sites], edges, NOWHERE);
  expect(overlaps(places)).toEqual([]);
  const view = fitView(places.values(), { width: NODE_WIDTH, height: NODE_HEIGHT }, { width: 1_360, height: 820 });
  expect(view.scale).toBeGreaterThan(0.9);
});

test('nothing overlaps: 200 nodes in a tree, in a star, in a ring, and alone', () => {
  const { ids, edges } = tree(200);
  expect(overlaps(layOut(ids, edges, NOWHERE))).toEqual([]);
  const star = ids.slice(1).map((b) => ({ a: 'n0', b }));
  expect(overlaps(layOut(ids, star, NOWHERE))).toEqual([]);
  const ring = ids.map((a, i) => ({ a, b: ids[(i + 1) % ids.length] ?? '' }));
  expect(overlaps(layOut(ids, ring, NOWHERE))).toEqual([]);
  expect(overlaps(layOut(ids, [], NOWHERE))).toEqual([]);
});

test('a chain as long as a network can be is laid out', () => {
  const ids = Array.from({ length: 2_000 }, (_, i) => `n${i}`);
  const edges = ids.slice(1).map((b, i) => ({ a: `n${i}`, b }));
  expect(layOut(ids, edges, NOWHERE).size).toBe(2_000);
});

test('the same network is the same picture, in whatever order it is told', () => {
  const { ids, edges } = tree(30);
  const [one, other] = [layOut(ids, edges, NOWHERE), layOut(ids.toReversed(), edges.toReversed(), NOWHERE)];
  expect(Object.fromEntries(other)).toEqual(Object.fromEntries(one));
});

test('what was placed stays there, and what is new comes near its neighbour without covering anything', () => {
  const kept = new Map([
    ['a', { x: 500, y: 500 }],
    ['b', { x: 500, y: 624 }],
  ]);
  const places = layOut(
    ['a', 'b', 'c', 'x'],
    [
      { a: 'a', b: 'b' },
      { a: 'a', b: 'c' },
    ],
    kept,
  );
  expect(places.get('a')).toEqual({ x: 500, y: 500 });
  expect(places.get('b')).toEqual({ x: 500, y: 624 });
  expect(Math.hypot((places.get('c')?.x ?? 0) - 500, (places.get('c')?.y ?? 0) - 500)).toBeLessThan(300);
  expect(places.get('x')?.y).toBeGreaterThan(624);
  expect(overlaps(places)).toEqual([]);
});

test('a link goes from border to border, and each half ends in the middle', () => {
  const box = { width: 100, height: 40 };
  const shape = shapeOf({ x: 0, y: 0 }, { x: 0, y: 140 }, box, box);
  expect(shape).toMatchObject({
    a: { from: { x: 0, y: 24 }, to: { x: 0, y: 68.5 } },
    b: { from: { x: 0, y: 116 }, to: { x: 0, y: 71.5 } },
    middle: { x: 0, y: 70 },
    hasRoom: true,
  });
  expect(shapeOf({ x: 0, y: 0 }, { x: 104, y: 0 }, box, box)).toBeUndefined();
  expect(shapeOf({ x: 0, y: 0 }, { x: 180, y: 0 }, box, box)?.hasRoom).toBe(false);
  expect(shapeOf({ x: 0, y: 0 }, { x: 0, y: 0 }, box, box)).toBeUndefined();
});

test('load is told against the speed, and only that there is traffic where it is not known', () => {
  expect([null, 0, 69e6, 70e6, 90e6].map((bps) => loadOf(bps, 100e6))).toEqual([
    'none',
    'idle',
    'some',
    'high',
    'full',
  ]);
  expect(loadOf(5e9, null)).toBe('some');
  expect([null, 0, 25e6, 100e6, 400e6].map((bps) => widthOf(bps, 100e6))).toEqual([1.5, 1.5, 4, 6, 6]);
  expect([1e5, 10e6, 1e10].map((bps) => widthOf(bps, null))).toEqual([1.5, 3.5, 6]);
});

test('zooming keeps the point under the pointer, within limits', () => {
  expect(zoomAt({ x: 100, y: 50, scale: 1 }, 2, { x: 300, y: 50 })).toEqual({ x: -100, y: 50, scale: 2 });
  expect(zoomAt({ x: 0, y: 0, scale: 1 }, 100, { x: 0, y: 0 }).scale).toBe(2.5);
  expect(zoomAt({ x: 0, y: 0, scale: 1 }, 0.001, { x: 0, y: 0 }).scale).toBe(0.15);
});

test('all of it is brought into sight, and a small network is not blown up', () => {
  const room = { width: 1_000, height: 500 };
  expect(fitView([{ x: 0, y: 0 }], { width: 100, height: 40 }, room)).toEqual({ x: 500, y: 250, scale: 1 });
  const wide = fitView(
    [
      { x: 0, y: 0 },
      { x: 1_740, y: 0 },
    ],
    { width: 100, height: 40 },
    room,
  );
  expect(wide).toEqual({ x: 65, y: 250, scale: 0.5 });
});

test('arrow keys lead to the nearest node in that direction, along a link rather than past it', () => {
  const places = new Map([
    ['hub', { x: 0, y: 0 }],
    ['left', { x: -200, y: 100 }],
    ['below', { x: 10, y: 100 }],
    ['far', { x: 0, y: 400 }],
    ['beyond', { x: -500, y: 0 }],
  ]);
  const next = (from: string, direction: 'left' | 'up' | 'down', ...linked: string[]): string | undefined =>
    nextTo(places, from, direction, new Set(linked));
  expect(next('hub', 'down')).toBe('below');
  expect(next('hub', 'left')).toBe('left');
  expect(next('hub', 'left', 'beyond')).toBe('beyond');
  expect(next('hub', 'up')).toBeUndefined();
  expect(next('far', 'up')).toBe('below');
});
