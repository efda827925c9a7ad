import { compress, uncompress } from 'snappyjs';
import { expect, test } from 'vitest';
import { decodeSnappy } from '../../../electron/engine/collectors/remote-write/index.ts';
import { encodeSnappy } from '../../../electron/engine/remote-write-sender/snappy.ts';

const words = (count: number): Buffer =>
  Buffer.from(
    Array.from({ length: count }, (_, i) => `node_cpu_seconds_total{cpu="${i % 8}",mode="m${i % 5}"} `).join(''),
  );

/** The same each time. */
function noise(bytes: number): Buffer {
  let state = 12_345;
  return Buffer.from(
    Array.from({ length: bytes }, () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 24),
  );
}

test.each([
  ['nothing', Buffer.alloc(0)],
  ['one byte', Buffer.from('a')],
  ['three bytes', Buffer.from('abc')],
  ['a run that copies itself', Buffer.alloc(1_000, 'ab')],
  ['65 equal bytes', Buffer.alloc(66, 1)],
  ['67 equal bytes', Buffer.alloc(68, 1)],
  ['words', words(5_000)],
  ['noise', noise(70_000)],
  ['what repeats further back than a copy leads', Buffer.concat([words(3), noise(70_000), words(3)])],
])('%s come back from two other decoders', (_name, bytes) => {
  const encoded = encodeSnappy(bytes);
  expect(Buffer.from(uncompress(encoded)).equals(bytes)).toBe(true);
  expect(decodeSnappy(encoded, 10_000_000).equals(bytes)).toBe(true);
});

test('what repeats becomes as small as with another encoder', () => {
  expect(encodeSnappy(words(5_000)).length).toBeLessThan(compress(words(5_000)).length * 1.1);
});
