// The one clock of all live graphs: they pull in the same moment and are drawn in the same frame, so that a second
// costs the page one frame and not one for each graph.
export type Beating = {
  /** How often it wants to be pulled, in whole seconds as ms; null: not now (out of sight, or nothing moves). */
  readonly everyMs: () => number | null;
  /** Settles when the answer is here; a failure is the graph's own to show. */
  readonly pull: () => Promise<unknown>;
  readonly draw: () => void;
};

const SECOND = 1_000;
/** The samples of a second should be in when they are asked for. */
const AFTER_THE_SECOND_MS = 80;
/** A graph that answers later than this is drawn by itself. */
const GATHER_MS = 250;

export type BeatClock = {
  readonly now: () => number;
  readonly hidden: () => boolean;
  readonly frame: (draw: () => void) => void;
};

const browserClock: BeatClock = {
  now: () => Date.now(),
  hidden: () => document.hidden,
  frame: (draw) => void requestAnimationFrame(draw),
};

export class Beat {
  readonly #clock: BeatClock;
  /** For each graph the number of its last beat, in units of its own period. */
  readonly #graphs = new Map<Beating, { last: number; busy: boolean }>();
  readonly #toDraw = new Set<Beating>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #gathering = false;
  #framed = false;

  constructor(clock: BeatClock = browserClock) {
    this.#clock = clock;
  }

  /** Its first beat is the next one; the returned function takes it off. */
  join(graph: Beating): () => void {
    this.#graphs.set(graph, { last: 0, busy: false });
    this.#wait();
    return () => {
      this.#graphs.delete(graph);
      this.#toDraw.delete(graph);
      if (this.#graphs.size > 0) return;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  /** Draws it with the others of this beat, or in the next frame where none is on. */
  ask(graph: Beating): void {
    if (!this.#graphs.has(graph)) return;
    this.#toDraw.add(graph);
    if (!this.#gathering) this.#frame();
  }

  /** All graphs that are due, at once: for a page that comes back into sight. */
  now(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void this.#beat();
  }

  #wait(): void {
    if (this.#timer !== undefined || this.#graphs.size === 0) return;
    const waitMs = SECOND - ((this.#clock.now() - AFTER_THE_SECOND_MS) % SECOND);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#beat();
    }, waitMs);
  }

  async #beat(): Promise<void> {
    const pulls = this.#clock.hidden() ? [] : this.#pullDue();
    if (pulls.length > 0 && !this.#gathering) {
      this.#gathering = true;
      let late: ReturnType<typeof setTimeout> | undefined;
      await Promise.race([
        Promise.allSettled(pulls),
        new Promise((resolve) => {
          late = setTimeout(resolve, GATHER_MS);
        }),
      ]);
      clearTimeout(late);
      this.#gathering = false;
      this.#frame();
    }
    this.#wait();
  }

  #pullDue(): Promise<void>[] {
    const nowMs = this.#clock.now();
    return [...this.#graphs].flatMap(([graph, state]) => {
      const everyMs = graph.everyMs();
      if (everyMs === null || state.busy) return [];
      const count = Math.floor(nowMs / everyMs);
      if (count === state.last) return [];
      state.last = count;
      state.busy = true;
      const done = (): void => {
        state.busy = false;
        this.ask(graph);
      };
      return [graph.pull().then(done, done)];
    });
  }

  #frame(): void {
    if (this.#framed || this.#toDraw.size === 0) return;
    this.#framed = true;
    this.#clock.frame(() => {
      this.#framed = false;
      const graphs = [...this.#toDraw];
      this.#toDraw.clear();
      for (const graph of graphs) graph.draw();
    });
  }
}

/** One for the window. */
export const beat = new Beat();
