// What each block added to which group in which step, kept so that the series of the largest groups need no second reading.
import { NO_GROUP } from './group-table.ts';

const MAX_PIECE = 1 << 16;

type Piece = {
  readonly groups: Uint32Array;
  readonly steps: Uint16Array;
  readonly valuesIn: Float64Array;
  readonly valuesOut: Float64Array;
  size: number;
};

const newPiece = (room: number): Piece => ({
  groups: new Uint32Array(room),
  steps: new Uint16Array(room),
  valuesIn: new Float64Array(room),
  valuesOut: new Float64Array(room),
  size: 0,
});

export class RowLog {
  readonly #most: number;
  readonly #room: number;
  readonly #pieces: Piece[];
  /** The piece that is being filled. */
  #at = 0;

  /** @param most entries, about; beyond them the log is given up */
  constructor(most: number) {
    this.#most = most;
    this.#room = Math.min(MAX_PIECE, most);
    this.#pieces = [newPiece(this.#room)];
  }

  /** False: it ran over, and nothing of it can be used. */
  get isWhole(): boolean {
    return this.#pieces.length > 0;
  }

  add(group: number, step: number, valueIn: number, valueOut: number): void {
    let piece = this.#pieces[this.#at];
    if (piece === undefined) return;
    if (piece.size === this.#room) {
      this.#at++;
      if (this.#at * this.#room >= this.#most) {
        this.#pieces.length = 0;
        return;
      }
      piece = this.#pieces[this.#at] ??= newPiece(this.#room);
    }
    const at = piece.size++;
    piece.groups[at] = group;
    piece.steps[at] = step;
    piece.valuesIn[at] = valueIn;
    piece.valuesOut[at] = valueOut;
  }

  /** Its room is used again. */
  clear(): void {
    for (const piece of this.#pieces) piece.size = 0;
    this.#at = 0;
  }

  /** After groups were renumbered: by old number the new one, or NO_GROUP. */
  renumber(numbers: Uint32Array): void {
    for (const { groups, size } of this.#pieces) {
      for (let i = 0; i < size; i++) {
        const group = groups[i] ?? NO_GROUP;
        if (group !== NO_GROUP) groups[i] = numbers[group] ?? NO_GROUP;
      }
    }
  }

  /** Adds each entry of a group that has a rank to its series: rank * steps + step. */
  replay(rankOf: Uint32Array, steps: number, stepsIn: Float64Array, stepsOut: Float64Array): void {
    for (const piece of this.#pieces) {
      for (let i = 0; i < piece.size; i++) {
        const group = piece.groups[i] ?? NO_GROUP;
        const rank = group === NO_GROUP ? NO_GROUP : (rankOf[group] ?? NO_GROUP);
        if (rank === NO_GROUP) continue;
        const at = rank * steps + (piece.steps[i] ?? 0);
        stepsIn[at] = (stepsIn[at] ?? 0) + (piece.valuesIn[i] ?? 0);
        stepsOut[at] = (stepsOut[at] ?? 0) + (piece.valuesOut[i] ?? 0);
      }
    }
  }
}
