// A hash that no sender can predict: odd factors for each word, of this process alone.

const MAX_WORDS = 8;
const randomWord = (): number => Math.floor(Math.random() * 0x1_0000_0000);
const FACTORS = Uint32Array.from({ length: MAX_WORDS }, () => randomWord() | 1);
const SEED = randomWord() | 0;

/** Of `count` words (at most 8) from `from` on, as a signed number of 32 bits, which needs no memory of its own. */
export function keyedHash(words: Uint32Array, from: number, count: number): number {
  let hash = SEED;
  for (let i = 0; i < count; i++) {
    hash = Math.imul(hash ^ (words[from + i] ?? 0), FACTORS[i] ?? 1);
    hash = (hash << 13) | (hash >>> 19);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85eb_ca6b);
  return hash ^ (hash >>> 13);
}

const [F0 = 1, F1 = 1, F2 = 1, F3 = 1, F4 = 1, F5 = 1, F6 = 1] = FACTORS;

/** Of a conversation's key, seven words from `from` on: two chains that the processor works on at once. */
export function keyedHash7(words: Uint32Array, from: number): number {
  let a = Math.imul(SEED ^ (words[from] ?? 0), F0);
  let b = Math.imul(~SEED ^ (words[from + 1] ?? 0), F1);
  a = Math.imul(((a << 13) | (a >>> 19)) ^ (words[from + 2] ?? 0), F2);
  b = Math.imul(((b << 13) | (b >>> 19)) ^ (words[from + 3] ?? 0), F3);
  a = Math.imul(((a << 13) | (a >>> 19)) ^ (words[from + 4] ?? 0), F4);
  b = Math.imul(((b << 13) | (b >>> 19)) ^ (words[from + 5] ?? 0), F5);
  a = Math.imul(((a << 13) | (a >>> 19)) ^ (words[from + 6] ?? 0), F6);
  let hash = a ^ ((b << 16) | (b >>> 16));
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85eb_ca6b);
  return hash ^ (hash >>> 13);
}

const FACTOR = randomWord() | 1;

/** Of one word, the same. */
export function keyedHash1(word: number): number {
  let hash = Math.imul(word ^ SEED, FACTOR);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x85eb_ca6b);
  return hash ^ (hash >>> 13);
}
