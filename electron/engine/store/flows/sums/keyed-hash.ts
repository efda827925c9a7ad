// A hash that no sender can predict: odd factors for each word, of this process alone.

const MAX_WORDS = 8;
const randomWord = (): number => Math.floor(Math.random() * 0x1_0000_0000);
const FACTORS = Uint32Array.from({ length: MAX_WORDS }, () => randomWord() | 1);
const SEED = randomWord();

/** Of `count` words (at most 8) from `from` on, as an unsigned number. */
export function keyedHash(words: Uint32Array, from: number, count: number): number {
  let hash = SEED;
  for (let i = 0; i < count; i++) {
    hash = Math.imul(hash ^ (words[from + i] ?? 0), FACTORS[i] ?? 1);
    hash = (hash << 13) | (hash >>> 19);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85eb_ca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

const FACTOR = randomWord() | 1;

/** Of one word. */
export function keyedHash1(word: number): number {
  let hash = Math.imul(word ^ SEED, FACTOR);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x85eb_ca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
