// How a link lies between two nodes: from border to border, each end's half for what that end sends.
import { NODE_HEIGHT, NODE_WIDTH } from './layout.ts';
import type { Place } from './layout.ts';

export type Half = {
  readonly from: Place;
  readonly to: Place;
  /** Where its rate stands. */
  readonly label: Place;
};

export type LinkShape = {
  readonly a: Half;
  readonly b: Half;
  readonly middle: Place;
  /** There is room for a rate on each half. */
  readonly hasRoom: boolean;
};

type Box = { readonly width: number; readonly height: number };

export const boxOf = (kind: 'device' | 'found' | 'segment'): Box =>
  kind === 'segment' ? { width: 12, height: 12 } : { width: NODE_WIDTH, height: NODE_HEIGHT };

/** Between border and line. */
const MARGIN = 4;
/** A rate such as "812 Mb/s". */
const LABEL_WIDTH = 56;
const LABEL_HEIGHT = 16;
const TIP = 10;
const FLAT = 0.2;
/** Between the tips of the two halves. */
const TIP_GAP = 3;

/** Undefined where the nodes touch. */
export function shapeOf(from: Place, to: Place, boxA: Box, boxB: Box): LinkShape | undefined {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy);
  if (length === 0) return undefined;
  const [ux, uy] = [dx / length, dy / length];
  const start = exit(boxA, ux, uy) + MARGIN;
  const end = length - exit(boxB, ux, uy) - MARGIN;
  if (end - start < 8) return undefined;
  const at = (distance: number): Place => ({ x: from.x + ux * distance, y: from.y + uy * distance });
  const half = (start + end) / 2;
  const shown = end - start;
  // Near the middle: links that leave one node together are apart there. Beside the tips, and clear of each other.
  const apart = Math.min(LABEL_HEIGHT / 2 / Math.abs(uy), LABEL_WIDTH / 2 / Math.abs(ux)) + TIP;
  const aside = Math.min(shown / 4, apart);
  // On a line that lies flat a rate would cover most of it.
  const up = Math.abs(uy) < FLAT ? LABEL_HEIGHT / 2 + 2 : 0;
  const beside = (distance: number): Place => {
    const { x, y } = at(distance);
    return { x, y: y - up };
  };
  return {
    a: { from: at(start), to: at(half - TIP_GAP / 2), label: beside(half - aside) },
    b: { from: at(end), to: at(half + TIP_GAP / 2), label: beside(half + aside) },
    middle: at(half),
    hasRoom: (Math.abs(ux) * shown) / 2 >= LABEL_WIDTH || (Math.abs(uy) * shown) / 2 >= LABEL_HEIGHT,
  };
}

/** From the middle of a box to its border, in that direction. */
function exit({ width, height }: Box, ux: number, uy: number): number {
  const across = ux === 0 ? Number.POSITIVE_INFINITY : width / 2 / Math.abs(ux);
  const along = uy === 0 ? Number.POSITIVE_INFINITY : height / 2 / Math.abs(uy);
  return Math.min(across, along);
}

export type Load = 'none' | 'idle' | 'some' | 'high' | 'full';

/** Where the speed is not known, only whether there is anything. */
export function loadOf(bps: number | null, speedBps: number | null): Load {
  if (bps === null) return 'none';
  if (speedBps !== null && bps >= 0.9 * speedBps) return 'full';
  if (speedBps !== null && bps >= 0.7 * speedBps) return 'high';
  return bps < 1_000 ? 'idle' : 'some';
}

/** Pixels: by the share of its speed, or where that is not known by the size of the rate (100 kb/s to 10 Gb/s). */
export function widthOf(bps: number | null, speedBps: number | null): number {
  if (bps === null || bps < 1_000) return 1.5;
  const share = speedBps === null ? (Math.log10(bps) - 5) / 5 : Math.sqrt(bps / speedBps);
  return Math.round((1.5 + 4.5 * Math.min(1, Math.max(0, share))) * 2) / 2;
}
