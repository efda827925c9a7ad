// Where nodes are drawn that nobody has placed: each part of the network as a tree from its nearest node down, so that the
// same network is always the same picture.

export type Place = { readonly x: number; readonly y: number };
export type Edge = { readonly a: string; readonly b: string };

export const NODE_WIDTH = 148;
export const NODE_HEIGHT = 40;
const COLUMN = NODE_WIDTH + 28;
/** Two rates stand between a node and the one below. */
const ROW = NODE_HEIGHT + 84;
/** Leaves of one parent stand in several rows when there are more. */
const LEAVES_IN_A_ROW = 6;
const GAP = 56;
const PAGE_WIDTH = 1_500;

type Block = { readonly width: number; readonly height: number; readonly places: ReadonlyMap<string, Place> };

/**
 * Positions of nodes' centres. What is kept stays; what is new stands near a neighbour that is kept, or below everything.
 * `first` says who of a part stands on top, the first one found; else the one with the most links does.
 */
export function layOut(
  ids: readonly string[],
  edges: readonly Edge[],
  kept: ReadonlyMap<string, Place>,
  first: readonly string[],
): Map<string, Place> {
  const near = neighboursOf(ids, edges);
  const places = new Map<string, Place>();
  for (const id of ids) {
    const place = kept.get(id);
    if (place !== undefined) places.set(id, place);
  }
  const blocks: Block[] = [];
  const lonely: string[] = [];
  for (const part of partsOf(ids, near)) {
    if (part.some((id) => places.has(id))) placeNear(part, near, places);
    else if (part.length === 1) lonely.push(...part);
    else blocks.push(treeOf(part, near, first));
  }
  const top = Math.max(...[...places.values()].map(({ y }) => y + NODE_HEIGHT / 2 + GAP), 0);
  const left = Math.min(...[...places.values()].map(({ x }) => x - NODE_WIDTH / 2), Number.MAX_VALUE);
  const x = left === Number.MAX_VALUE ? 0 : left;
  const bottom = pack(blocks, { x, y: top }, places);
  if (lonely.length > 0) pack([gridOf(lonely)], { x, y: bottom }, places);
  return places;
}

type Near = ReadonlyMap<string, readonly string[]>;

function neighboursOf(ids: readonly string[], edges: readonly Edge[]): Near {
  const near = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const { a, b } of edges) {
    if (a === b || !near.has(a) || !near.has(b) || near.get(a)?.includes(b) === true) continue;
    near.get(a)?.push(b);
    near.get(b)?.push(a);
  }
  for (const own of near.values()) own.sort();
  return near;
}

/** Parts that are linked among themselves, the largest first. */
function partsOf(ids: readonly string[], near: Near): string[][] {
  const seen = new Set<string>();
  const parts: string[][] = [];
  for (const id of ids.toSorted()) {
    if (seen.has(id)) continue;
    const part = [id];
    seen.add(id);
    for (const at of part) {
      for (const other of near.get(at) ?? []) {
        if (seen.has(other)) continue;
        seen.add(other);
        part.push(other);
      }
    }
    parts.push(part);
  }
  return parts.toSorted((a, b) => b.length - a.length);
}

function treeOf(part: readonly string[], near: Near, first: readonly string[]): Block {
  const degree = (id: string): number => near.get(id)?.length ?? 0;
  const root =
    first.find((id) => part.includes(id)) ??
    part.toSorted((a, b) => degree(b) - degree(a) || (a < b ? -1 : 1))[0] ??
    '';
  const children = new Map<string, string[]>();
  const seen = new Set([root]);
  const order = [root];
  for (const at of order) {
    const own = (near.get(at) ?? []).filter((id) => !seen.has(id));
    for (const id of own) seen.add(id);
    children.set(at, own);
    order.push(...own);
  }
  const blocks = new Map<string, Block>();
  // From the leaves up: a network may be a longer chain than a call stack is deep.
  for (const id of order.toReversed()) blocks.set(id, blockOf(id, children.get(id) ?? [], children, blocks));
  return blocks.get(root) ?? { width: 0, height: 0, places: new Map() };
}

/** A node above the blocks of those behind it; its leaves come last, in rows where they are many. */
function blockOf(
  id: string,
  own: readonly string[],
  children: ReadonlyMap<string, readonly string[]>,
  blocks: ReadonlyMap<string, Block>,
): Block {
  const isLeaf = (child: string): boolean => (children.get(child)?.length ?? 0) === 0;
  const leaves = own.filter(isLeaf);
  const parts = own.filter((child) => !isLeaf(child)).map((child) => blocks.get(child));
  if (leaves.length > 0) parts.push(leafRows(leaves));
  const places = new Map<string, Place>();
  let [x, height] = [0, 0];
  for (const part of parts) {
    if (part === undefined) continue;
    for (const [child, place] of part.places) places.set(child, { x: place.x + x, y: place.y + ROW });
    x += part.width;
    height = Math.max(height, part.height);
  }
  const width = Math.max(COLUMN, x);
  const below = own.flatMap((child) => places.get(child)?.x ?? []);
  const middle = below.length === 0 ? width / 2 : (Math.min(...below) + Math.max(...below)) / 2;
  places.set(id, { x: middle, y: NODE_HEIGHT / 2 });
  return { width, height: height === 0 ? NODE_HEIGHT : height + ROW, places };
}

/** Every second row stands between the columns of the one before, so that links pass. */
function leafRows(leaves: readonly string[]): Block {
  const columns =
    leaves.length <= LEAVES_IN_A_ROW
      ? leaves.length
      : Math.max(LEAVES_IN_A_ROW, Math.ceil(Math.sqrt(leaves.length * 2)));
  const rows = Math.ceil(leaves.length / columns);
  const places = new Map<string, Place>();
  leaves.forEach((id, i) => {
    const row = Math.floor(i / columns);
    const x = (i % columns) * COLUMN + COLUMN / 2 + (row % 2 === 1 ? COLUMN / 2 : 0);
    places.set(id, { x, y: row * ROW + NODE_HEIGHT / 2 });
  });
  const width = columns * COLUMN + (rows > 1 ? COLUMN / 2 : 0);
  return { width, height: (rows - 1) * ROW + NODE_HEIGHT, places };
}

function gridOf(ids: readonly string[]): Block {
  const columns = Math.min(ids.length, Math.max(4, Math.ceil(Math.sqrt(ids.length * 2))));
  const step = NODE_HEIGHT + 24;
  const places = new Map<string, Place>();
  ids.forEach((id, i) =>
    places.set(id, {
      x: (i % columns) * COLUMN + COLUMN / 2,
      y: Math.floor(i / columns) * step + NODE_HEIGHT / 2,
    }),
  );
  return { width: columns * COLUMN, height: Math.ceil(ids.length / columns) * step, places };
}

/** Blocks beside each other as far as a page is wide, then below; where the next may begin. */
function pack(blocks: readonly Block[], start: Place, places: Map<string, Place>): number {
  let [x, y, height] = [start.x, start.y, 0];
  const width = Math.max(PAGE_WIDTH, ...blocks.map((block) => block.width));
  for (const block of blocks) {
    if (x > start.x && x + block.width > start.x + width) [x, y, height] = [start.x, y + height + GAP, 0];
    for (const [id, place] of block.places) places.set(id, { x: place.x + x, y: place.y + y });
    x += block.width + GAP;
    height = Math.max(height, block.height);
  }
  return y + height + GAP;
}

/** The nearest free places around neighbours that stand already. */
function placeNear(part: readonly string[], near: Near, places: Map<string, Place>): void {
  let waiting = part.filter((id) => !places.has(id));
  while (waiting.length > 0) {
    const next = waiting.find((id) => (near.get(id) ?? []).some((other) => places.has(other)));
    if (next === undefined) return;
    const beside = (near.get(next) ?? []).find((other) => places.has(other)) ?? '';
    places.set(next, freeNear(places.get(beside) ?? { x: 0, y: 0 }, places));
    waiting = waiting.filter((id) => id !== next);
  }
}

function freeNear({ x, y }: Place, places: ReadonlyMap<string, Place>): Place {
  const isFree = (at: Place): boolean =>
    [...places.values()].every(
      (other) => Math.abs(other.x - at.x) >= COLUMN - 8 || Math.abs(other.y - at.y) >= NODE_HEIGHT + 24,
    );
  for (let ring = 1; ring <= 40; ring++) {
    for (let step = 0; step <= 2 * ring; step++) {
      const side = (step % 2 === 0 ? 1 : -1) * Math.ceil(step / 2);
      for (const down of [ring, -ring]) {
        const at = { x: x + side * COLUMN, y: y + down * ROW };
        if (isFree(at)) return at;
      }
    }
  }
  return { x, y: y + ROW };
}
