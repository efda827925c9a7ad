// Where nodes are drawn that nobody has placed: each part of the network grows from its middle outwards, so that the same
// network is always the same picture.

export type Place = { readonly x: number; readonly y: number };
export type Edge = { readonly a: string; readonly b: string };

export const NODE_WIDTH = 148;
export const NODE_HEIGHT = 40;
const COLUMN = NODE_WIDTH + 28;
/** Two rates stand between a node and the one below. */
const ROW = NODE_HEIGHT + 84;
/** From one ring to the next, vertically. */
const RING = 140;
/** How much wider than high a ring is. */
const FLATTENED = 2.05;
const MAX_RADIUS = 20_000;
/** Of a network with thousands of nodes, only those with the most links may be its middle. */
const MIDDLES_TRIED = 200;
const GAP = 56;
/** Of all parts together. */
const ASPECT = 1.7;

type Block = { readonly width: number; readonly height: number; readonly places: ReadonlyMap<string, Place> };

/**
 * Positions of nodes' centres. What is kept stays; what is new stands near a neighbour that is kept, or below everything.
 */
export function layOut(
  ids: readonly string[],
  edges: readonly Edge[],
  kept: ReadonlyMap<string, Place>,
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
    else blocks.push(ringsOf(part, near));
  }
  const stood = blockOf(places);
  const isEmpty = places.size === 0;
  const [first] = places;
  const corner = first === undefined ? { x: 0, y: 0 } : cornerOf(first, stood);
  const below = isEmpty ? corner : { x: corner.x + stood.width / 2, y: corner.y + stood.height + GAP };
  const bottom = pack(blocks, below, places);
  if (lonely.length > 0) pack([gridOf(lonely)], bottom, places);
  return places;
}

/** Where a block's left upper corner is, by one of its nodes. */
const cornerOf = ([id, { x, y }]: readonly [string, Place], { places }: Block): Place => ({
  x: x - (places.get(id)?.x ?? 0),
  y: y - (places.get(id)?.y ?? 0),
});

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

/** What grows outwards from one node: each child within its parent's share of the circle, so that no two links cross. */
function ringsOf(part: readonly string[], near: Near): Block {
  const root = middleOf(part, near);
  const levels: string[][] = [[root]];
  const children = new Map<string, string[]>();
  const seen = new Set([root]);
  for (let level = levels[0] ?? []; level.length > 0; level = levels.at(-1) ?? []) {
    const next: string[] = [];
    for (const id of level) {
      const own = (near.get(id) ?? []).filter((child) => !seen.has(child));
      for (const child of own) seen.add(child);
      children.set(id, own);
      next.push(...own);
    }
    levels.push(next);
  }
  const leaves = new Map<string, number>();
  for (const level of levels.toReversed()) {
    for (const id of level) {
      const below = (children.get(id) ?? []).reduce((sum, child) => sum + (leaves.get(child) ?? 0), 0);
      leaves.set(id, Math.max(1, below));
    }
  }
  const places = new Map<string, Place>([[root, { x: 0, y: 0 }]]);
  let shares = new Map<string, Share>([[root, { from: -Math.PI / 2, width: 2 * Math.PI }]]);
  let radius = 0;
  for (const level of levels.slice(0, -1)) {
    const next = new Map<string, Share>();
    for (const id of level) {
      const { from, width } = shares.get(id) ?? { from: 0, width: 0 };
      let at = from;
      for (const child of children.get(id) ?? []) {
        const share = (width * (leaves.get(child) ?? 1)) / (leaves.get(id) ?? 1);
        next.set(child, { from: at, width: share });
        at += share;
      }
    }
    if (next.size === 0) break;
    radius = placeRing(next, radius + RING, places);
    shares = next;
  }
  return blockOf(places);
}

type Share = { readonly from: number; readonly width: number };

/** Wider than high, as nodes and screens are. Returns how far out it reaches, vertically. */
function placeRing(shares: ReadonlyMap<string, Share>, least: number, places: Map<string, Place>): number {
  const angles = [...shares].map(([id, { from, width }]) => ({ id, angle: from + width / 2 }));
  // Many stand at two or three distances in turn.
  const steps = angles.length <= 20 ? 1 : angles.length <= 60 ? 2 : 3;
  const placeAt = (radius: number): Place[] =>
    angles.map(({ angle }, i) => {
      const out = radius + (i % steps) * RING;
      return { x: Math.round(FLATTENED * out * Math.cos(angle)), y: Math.round(out * Math.sin(angle)) };
    });
  let radius = least;
  let placed = placeAt(radius);
  while (!areApart(placed, steps) && radius < MAX_RADIUS) {
    radius *= 1.06;
    placed = placeAt(radius);
  }
  angles.forEach(({ id }, i) => places.set(id, placed[i] ?? { x: 0, y: 0 }));
  return radius + (steps - 1) * RING;
}

/** Of those in a ring, that each is clear of the next few. */
function areApart(placed: readonly Place[], steps: number): boolean {
  if (placed.length < 2) return true;
  return placed.every(({ x, y }, i) =>
    Array.from({ length: Math.min(steps + 1, placed.length - 1) }, (_, k) => {
      const other = placed[(i + k + 1) % placed.length] ?? { x: 0, y: 0 };
      return Math.abs(other.x - x) >= COLUMN || Math.abs(other.y - y) >= NODE_HEIGHT + 20;
    }).every(Boolean),
  );
}

/** The node from which the others are the fewest links away. */
function middleOf(part: readonly string[], near: Near): string {
  const degree = (id: string): number => near.get(id)?.length ?? 0;
  const byDegree = part.toSorted((a, b) => degree(b) - degree(a) || (a < b ? -1 : 1));
  let best: { id: string; far: number } | undefined;
  for (const id of byDegree.slice(0, MIDDLES_TRIED)) {
    const distances = new Map([[id, 0]]);
    const order = [id];
    let far = 0;
    for (const at of order) {
      const next = (distances.get(at) ?? 0) + 1;
      for (const other of near.get(at) ?? []) {
        if (distances.has(other)) continue;
        distances.set(other, next);
        far += next;
        order.push(other);
      }
    }
    if (best === undefined || far < best.far) best = { id, far };
  }
  return best?.id ?? '';
}

/** With its left upper corner at nought. */
function blockOf(places: ReadonlyMap<string, Place>): Block {
  const all = [...places.values()];
  const left = all.reduce((least, { x }) => Math.min(least, x), Number.POSITIVE_INFINITY) - COLUMN / 2;
  const top = all.reduce((least, { y }) => Math.min(least, y), Number.POSITIVE_INFINITY) - NODE_HEIGHT / 2;
  const right = all.reduce((most, { x }) => Math.max(most, x), Number.NEGATIVE_INFINITY) + COLUMN / 2;
  const bottom = all.reduce((most, { y }) => Math.max(most, y), Number.NEGATIVE_INFINITY) + NODE_HEIGHT / 2;
  return {
    width: right - left,
    height: bottom - top,
    places: new Map([...places].map(([id, { x, y }]) => [id, { x: x - left, y: y - top }])),
  };
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

/** Blocks beside each other as far as a page is wide, then below; each row in the middle. Where the next may begin. */
function pack(blocks: readonly Block[], start: Place, places: Map<string, Place>): Place {
  const area = blocks.reduce((sum, { width, height }) => sum + (width + GAP) * (height + GAP), 0);
  const page = Math.max(Math.sqrt(area * ASPECT), ...blocks.map(({ width }) => width));
  const rows: { blocks: Block[]; width: number; height: number }[] = [];
  for (const block of blocks) {
    const row = rows.at(-1);
    if (row === undefined || row.width + GAP + block.width > page) {
      rows.push({ blocks: [block], width: block.width, height: block.height });
    } else {
      row.blocks.push(block);
      row.width += GAP + block.width;
      row.height = Math.max(row.height, block.height);
    }
  }
  let { y } = start;
  for (const row of rows) {
    let x = start.x - row.width / 2;
    for (const block of row.blocks) {
      const down = (row.height - block.height) / 2;
      for (const [id, place] of block.places)
        places.set(id, { x: Math.round(place.x + x), y: Math.round(place.y + y + down) });
      x += block.width + GAP;
    }
    y += row.height + GAP;
  }
  return { x: start.x, y };
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
