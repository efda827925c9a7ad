// When what a tick names as changed is pulled: at once after a rest, then every few seconds. A watched device is "last
// seen" each second, which alone is no reason to pull the list of all devices as often.
import type { Tick } from '../../../shared/contract/index.ts';

type Topic = Tick['changed'][number];

const REST_MS = 3_000;

export class ChangePulls {
  readonly #pull: (changed: readonly Topic[]) => void;
  /** Topics that rest after a pull, and whether one more is due when they have rested. */
  readonly #resting = new Map<Topic, { timer: ReturnType<typeof setTimeout>; due: boolean }>();

  constructor(pull: (changed: readonly Topic[]) => void) {
    this.#pull = pull;
  }

  note(changed: readonly Topic[]): void {
    const rested = changed.filter((topic) => {
      const rest = this.#resting.get(topic);
      if (rest !== undefined) rest.due = true;
      return rest === undefined;
    });
    if (rested.length === 0) return;
    for (const topic of rested) this.#rest(topic);
    this.#pull(rested);
  }

  stop(): void {
    for (const { timer } of this.#resting.values()) clearTimeout(timer);
    this.#resting.clear();
  }

  #rest(topic: Topic): void {
    const timer = setTimeout(() => {
      const due = this.#resting.get(topic)?.due === true;
      this.#resting.delete(topic);
      if (due) this.note([topic]);
    }, REST_MS);
    this.#resting.set(topic, { timer, due: false });
  }
}
