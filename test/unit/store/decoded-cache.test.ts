import { describe, expect, test } from 'vitest';
import { DecodedCache } from '../../../electron/engine/store/metrics/reader/decoded-cache.ts';

const item = (bytes: number) => ({ bytes });

describe('the cache of what was decoded', () => {
  test('gives back what it was given, up to its bound', () => {
    const cache = new DecodedCache(1_000);
    const a = item(100);
    cache.add('a', a);
    expect(cache.get('a')).toBe(a);
    expect(cache.get('b')).toBeUndefined();
    for (let i = 0; i < 100; i++) cache.add(`x${i}`, item(100));
    expect(cache.bytes).toBeLessThanOrEqual(1_000);
  });

  test('keeps what was read twice through a scan of far more than it holds', () => {
    const cache = new DecodedCache(1_000);
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      cache.add(key, item(100));
      cache.get(key);
    }
    for (let i = 0; i < 1_000; i++) cache.add(`scan${i}`, item(100));
    expect(['a', 'b', 'c', 'd', 'e'].map((key) => cache.get(key)?.bytes)).toEqual([100, 100, 100, 100, 100]);
    expect(cache.bytes).toBeLessThanOrEqual(1_000);
  });

  test('comes to hold what one query reads again and again, in place of what nobody asks for any more', () => {
    const cache = new DecodedCache(1_000);
    for (let i = 0; i < 10; i++) {
      cache.add(`old${i}`, item(100));
      cache.get(`old${i}`);
    }
    const query = ['a', 'b', 'c', 'd', 'e', 'f'];
    const missesOf = (): number => {
      let misses = 0;
      for (const key of query) {
        if (cache.get(key) !== undefined) continue;
        misses++;
        cache.add(key, item(100));
      }
      return misses;
    };
    // A quarter of the bound has room for two new ones; the other four take the place of old ones when they come back.
    expect([missesOf(), missesOf(), missesOf()]).toEqual([6, 4, 0]);
    expect(cache.bytes).toBeLessThanOrEqual(1_000);
  });

  test('lets the least recently used go first', () => {
    const cache = new DecodedCache(1_000);
    for (let i = 0; i < 10; i++) {
      cache.add(`k${i}`, item(100));
      cache.get(`k${i}`);
    }
    cache.get('k0');
    cache.add('new', item(100));
    cache.get('new');
    expect(cache.get('k1')).toBeUndefined();
    expect(cache.get('k0')).toBeDefined();
  });

  test('counts what an item grows by, and holds none that is too large', () => {
    const cache = new DecodedCache(1_000);
    const growing = { bytes: 100 };
    cache.add('a', growing);
    growing.bytes += 300;
    cache.grown('a', growing, 300);
    expect(cache.bytes).toBe(400);
    cache.get('a');
    growing.bytes += 700;
    cache.grown('a', growing, 700);
    expect(cache.get('a')).toBeUndefined();
    expect(cache.bytes).toBe(0);
    cache.add('huge', item(300));
    expect(cache.size).toBe(0);
  });

  test('does not count what grows after it was let go', () => {
    const cache = new DecodedCache(1_000);
    const first = { bytes: 100 };
    cache.add('a', first);
    cache.clear();
    cache.grown('a', first, 50);
    expect(cache.bytes).toBe(0);
  });
});
