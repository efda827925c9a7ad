// Canonical Huffman codes over small alphabets, lowest bit first, decoded by one table look-up.

/** No code is longer: a table has at most 1024 entries. */
export const MAX_CODE_BITS = 10;

/** Code lengths for how often each symbol comes; 0 = never. A lone symbol gets one bit. */
export function codeLengths(counts: ArrayLike<number>): Uint8Array {
  const lengths = new Uint8Array(counts.length);
  const used: number[] = [];
  for (let symbol = 0; symbol < counts.length; symbol++) if (counts[symbol]! > 0) used.push(symbol);
  if (used.length === 1) lengths[used[0]!] = 1;
  if (used.length < 2) return lengths;
  // Flatter counts give shorter longest codes; all equal fits, for there are at most 2^10 symbols.
  let weights = used.map((symbol) => counts[symbol]!);
  for (;;) {
    const depths = huffmanDepths(weights);
    if (Math.max(...depths) <= MAX_CODE_BITS) {
      used.forEach((symbol, i) => {
        lengths[symbol] = depths[i]!;
      });
      return lengths;
    }
    weights = weights.map((weight) => Math.ceil(weight / 4) + 1);
  }
}

/** Depths of the leaves in a Huffman tree, by two queues. */
function huffmanDepths(weights: readonly number[]): number[] {
  const leaves = weights.map((_, i) => i).toSorted((a, b) => weights[a]! - weights[b]!);
  const total = weights.length;
  const weightOf = [...weights];
  const parent: number[] = [];
  let leaf = 0;
  let inner = total;
  const smallest = (): number => {
    const takeLeaf = leaf < total && (inner >= weightOf.length || weightOf[leaves[leaf]!]! <= weightOf[inner]!);
    return takeLeaf ? leaves[leaf++]! : inner++;
  };
  for (let node = total; node < 2 * total - 1; node++) {
    const a = smallest();
    const b = smallest();
    weightOf.push(weightOf[a]! + weightOf[b]!);
    parent[a] = node;
    parent[b] = node;
  }
  const depth: number[] = [];
  depth[2 * total - 2] = 0;
  for (let node = 2 * total - 3; node >= 0; node--) depth[node] = depth[parent[node]!]! + 1;
  return depth.slice(0, total);
}

/** The code of each symbol, bits reversed so that the first bit is the lowest. */
export function codesOf(lengths: Uint8Array): Uint16Array {
  const next = new Uint16Array(MAX_CODE_BITS + 2);
  for (const length of lengths) next[length + 1]!++;
  next[1] = 0;
  // The first code of each length follows from those of the shorter ones.
  for (let length = 1, code = 0; length <= MAX_CODE_BITS; length++) {
    const own = next[length + 1]!;
    next[length] = code;
    code = (code + own) << 1;
  }
  const codes = new Uint16Array(lengths.length);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!;
    if (length > 0) codes[symbol] = reversed(next[length]!++, length);
  }
  return codes;
}

function reversed(code: number, length: number): number {
  let out = 0;
  for (let bit = 0; bit < length; bit++) out |= ((code >> bit) & 1) << (length - 1 - bit);
  return out;
}

/** Whether the lengths are those of some prefix code; every decoder asks before it builds a table. */
export function isPrefixCode(lengths: Uint8Array): boolean {
  let room = 1 << MAX_CODE_BITS;
  for (const length of lengths) {
    if (length > MAX_CODE_BITS) return false;
    if (length > 0) room -= 1 << (MAX_CODE_BITS - length);
  }
  return room >= 0;
}

/** Fills table[at .. at + 2^width): symbol << 4 | code length for each next `width` bits; 0 where no code begins so. */
export function fillTable(lengths: Uint8Array, width: number, table: Uint16Array, at: number): void {
  const codes = codesOf(lengths);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!;
    if (length === 0) continue;
    const entry = (symbol << 4) | length;
    for (let bits = codes[symbol]!; bits < 1 << width; bits += 1 << length) table[at + bits] = entry;
  }
}
