// How many samples a second were taken lately, from a count that is looked at now and then.
const SPAN_MS = 30_000;

export class SentRate {
  readonly #marks: { readonly atMs: number; readonly sent: number }[] = [];

  /** `atMs` of a clock that never goes back. */
  note(atMs: number, sent: number): void {
    this.#marks.push({ atMs, sent });
    while (this.#marks[1] !== undefined && atMs - this.#marks[1].atMs >= SPAN_MS) this.#marks.shift();
  }

  get perSecond(): number {
    const first = this.#marks[0];
    const last = this.#marks.at(-1);
    if (first === undefined || last === undefined || last.atMs === first.atMs) return 0;
    return ((last.sent - first.sent) * 1_000) / (last.atMs - first.atMs);
  }
}
