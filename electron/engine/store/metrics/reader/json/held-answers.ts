// Answers whose caller has not yet fetched all pieces: few, and none for long.
import { QueryError, type QueryOutcome } from '../../../../promql/index.ts';
import type { JsonPiece } from '../../protocol.ts';
import { type AnswerNotes, answerJson } from './answer-json.ts';

/** Points that held answers may have together; the one that waits longest goes. */
const MAX_HELD_POINTS = 20_000_000;
/** A caller that has not asked for the next piece for so long does not want it. */
const MAX_WAIT_MS = 60_000;

type Held = {
  readonly pieces: Generator<Uint8Array<ArrayBuffer>>;
  /** Made ahead, to know whether another follows. */
  ahead: Uint8Array<ArrayBuffer>;
  readonly points: number;
  sinceMs: number;
};

export class HeldAnswers {
  /** By number; the one that waits longest first. */
  readonly #held = new Map<number, Held>();
  #lastNumber = 0;
  #timer: NodeJS.Timeout | undefined;

  /** The first piece of an outcome's answer. */
  begin(outcome: QueryOutcome, notes: AnswerNotes): JsonPiece {
    const pieces = answerJson(outcome, notes);
    const first = pieces.next();
    const second = pieces.next();
    const bytes = first.done === true ? new Uint8Array() : first.value;
    if (second.done === true) return { bytes, answer: undefined };
    const answer = ++this.#lastNumber;
    this.#held.set(answer, { pieces, ahead: second.value, points: pointsIn(outcome), sinceMs: performance.now() });
    this.#limit();
    return { bytes, answer };
  }

  /** Throws QueryError when the answer is held no more. */
  next(answer: number): JsonPiece {
    const held = this.#held.get(answer);
    if (held === undefined) throw new QueryError('execution', 'the answer was fetched too slowly and is gone');
    const bytes = held.ahead;
    const next = held.pieces.next();
    this.#held.delete(answer);
    if (next.done === true) return { bytes, answer: undefined };
    held.ahead = next.value;
    held.sinceMs = performance.now();
    this.#held.set(answer, held);
    return { bytes, answer };
  }

  drop(answer: number): void {
    this.#held.delete(answer);
  }

  #limit(): void {
    let points = 0;
    for (const held of this.#held.values()) points += held.points;
    for (const [answer, held] of this.#held) {
      // The newest stays, however large it is.
      if (points <= MAX_HELD_POINTS || answer === this.#lastNumber) break;
      points -= held.points;
      this.#held.delete(answer);
    }
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => {
      for (const [answer, held] of this.#held) {
        if (performance.now() - held.sinceMs > MAX_WAIT_MS) this.#held.delete(answer);
      }
      if (this.#held.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    }, MAX_WAIT_MS / 4);
    this.#timer.unref();
  }
}

function pointsIn({ value }: QueryOutcome): number {
  if (value.type === 'vector') return value.samples.length;
  if (value.type !== 'matrix') return 1;
  return value.series.reduce((sum, { timestamps }) => sum + timestamps.length, 0);
}
