// Where nodes stand while the map is open: moving one draws that node and its links, and nothing else.
import type { Place } from './layout.ts';

const NOWHERE: Place = { x: 0, y: 0 };

export class Places {
  #places: ReadonlyMap<string, Place> = new Map();
  readonly #draws = new Map<string, Set<() => void>>();
  readonly #watchers = new Set<() => void>();
  #isHeld = false;

  get(id: string): Place {
    return this.#places.get(id) ?? NOWHERE;
  }

  all(): ReadonlyMap<string, Place> {
    return this.#places;
  }

  /** While a node is dragged, what comes from elsewhere waits for the next time. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
  }

  set(places: ReadonlyMap<string, Place>): void {
    if (this.#isHeld) return;
    const before = this.#places;
    this.#places = places;
    for (const [id, draws] of this.#draws) {
      const [was, is] = [before.get(id), places.get(id)];
      if (was?.x !== is?.x || was?.y !== is?.y) for (const draw of draws) draw();
    }
    for (const watcher of this.#watchers) watcher();
  }

  /** Called when all of them may stand elsewhere. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  move(id: string, place: Place): void {
    this.#places = new Map(this.#places).set(id, place);
    for (const draw of this.#draws.get(id) ?? []) draw();
  }

  subscribe(ids: readonly string[], draw: () => void): () => void {
    for (const id of ids) this.#draws.set(id, (this.#draws.get(id) ?? new Set()).add(draw));
    return () => {
      for (const id of ids) this.#draws.get(id)?.delete(draw);
    };
  }
}

export type View = { readonly x: number; readonly y: number; readonly scale: number };

const LEAST_SCALE = 0.15;
const MOST_SCALE = 2.5;
const MOST_FITTED = 1;
const MARGIN = 40;

/** All of it in sight, and not larger than life. */
export function fitView(
  places: Iterable<Place>,
  node: { readonly width: number; readonly height: number },
  room: { readonly width: number; readonly height: number },
): View {
  const all = [...places];
  if (all.length === 0 || room.width === 0) return { x: room.width / 2, y: room.height / 2, scale: 1 };
  const xs = all.map(({ x }) => x);
  const ys = all.map(({ y }) => y);
  const [left, right] = [Math.min(...xs) - node.width / 2, Math.max(...xs) + node.width / 2];
  const [top, bottom] = [Math.min(...ys) - node.height / 2, Math.max(...ys) + node.height / 2];
  const scale = Math.min(
    MOST_FITTED,
    Math.max(
      LEAST_SCALE,
      Math.min((room.width - 2 * MARGIN) / (right - left), (room.height - 2 * MARGIN) / (bottom - top)),
    ),
  );
  return {
    x: Math.round(room.width / 2 - ((left + right) / 2) * scale),
    y: Math.round(room.height / 2 - ((top + bottom) / 2) * scale),
    scale,
  };
}

/** The point under the pointer stays under it. */
export function zoomAt({ x, y, scale }: View, factor: number, at: Place): View {
  const next = Math.min(MOST_SCALE, Math.max(LEAST_SCALE, scale * factor));
  const by = next / scale;
  return { x: at.x - (at.x - x) * by, y: at.y - (at.y - y) * by, scale: next };
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** A node that is linked is nearer than it stands. */
const LINKED = 0.4;

/** Of the nodes in that direction the nearest; those off to the side count as farther, those that are linked as nearer. */
export function nextTo(
  places: ReadonlyMap<string, Place>,
  from: string,
  direction: Direction,
  linked: ReadonlySet<string>,
): string | undefined {
  const start = places.get(from);
  if (start === undefined) return undefined;
  let best: { id: string; far: number } | undefined;
  for (const [id, place] of places) {
    const [dx, dy] = [place.x - start.x, place.y - start.y];
    const [along, aside] = direction === 'left' || direction === 'right' ? [dx, dy] : [dy, dx];
    const ahead = direction === 'left' || direction === 'up' ? -along : along;
    if (id === from || ahead <= 1) continue;
    const far = (ahead + 2.5 * Math.abs(aside)) * (linked.has(id) ? LINKED : 1);
    if (best === undefined || far < best.far) best = { id, far };
  }
  return best?.id;
}
