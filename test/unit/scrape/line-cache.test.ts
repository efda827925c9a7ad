import { describe, expect, it } from 'vitest';
import { LineCache, META, SERIES } from '../../../electron/engine/collectors/scrape/exposition/line-cache.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const find = (cache: LineCache, text: string, type = 1): number =>
  cache.find(bytes(`before ${text} behind`), 7, 7 + text.length, text.startsWith('#'), type);

describe("the lines of a target's last answers", () => {
  it('are found by their text, each of many', () => {
    const cache = new LineCache();
    for (let i = 0; i < 20_000; i++) {
      expect(find(cache, `m{i="${i}"}`)).toBe(0);
      cache.add(bytes(`m{i="${i}"}`), SERIES, 1, i);
    }
    for (let i = 0; i < 20_000; i += 7) expect(cache.ref[find(cache, `m{i="${i}"}`)]).toBe(i);
    expect(find(cache, 'm{i="20000"}')).toBe(0);
    expect(find(cache, 'm{i="1999')).toBe(0);
  });

  it('are others under another type, and lines about a metric have none', () => {
    const cache = new LineCache();
    cache.add(bytes('m{le="1"}'), SERIES, 1, 10);
    cache.add(bytes('m{le="1"}'), SERIES, 3, 30);
    cache.add(bytes('# TYPE m counter\n'), META, 1, 0);
    expect(cache.ref[find(cache, 'm{le="1"}', 1)]).toBe(10);
    expect(cache.ref[find(cache, 'm{le="1"}', 3)]).toBe(30);
    expect(find(cache, 'm{le="1"}', 2)).toBe(0);
    expect(find(cache, '# TYPE m counter\n', 255)).toBe(3);
  });

  it('are forgotten but for those of one answer', () => {
    const cache = new LineCache();
    for (let i = 0; i < 1_000; i++) {
      const entry = cache.add(bytes(`m{i="${i}"}`), SERIES, 1, i);
      cache.seen[entry] = i % 2 === 0 ? 5 : 4;
      cache.next[entry] = i < 999 ? entry + 1 : 0;
    }
    cache.keepOnly(5);
    expect(cache.count).toBe(501);
    expect(cache.ref[find(cache, 'm{i="998"}')]).toBe(998);
    expect(cache.seen[find(cache, 'm{i="998"}')]).toBe(5);
    expect(find(cache, 'm{i="999"}')).toBe(0);
    // It came after a line that is forgotten.
    expect(cache.next[find(cache, 'm{i="0"}')]).toBe(0);
  });
});
