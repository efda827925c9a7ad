// Open while the disk takes what is written; closed after a failure, until a later try succeeds.
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import { describeFailure } from '../format.ts';

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;
const MAX_NOTES = 5;

export class WriteGate {
  readonly #onProblem: (problem: string | undefined, isPaused: boolean) => void;
  readonly #tryAgain: () => void;
  #failure: string | undefined;
  /** What is over, or does not keep anything from being stored, but that the operator should know; newest last. */
  readonly #notes = new Map<string, string>();
  #retryMs = FIRST_RETRY_MS;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  /** `tryAgain` throws while the disk still refuses. */
  constructor(onProblem: (problem: string | undefined, isPaused: boolean) => void, tryAgain: () => void) {
    this.#onProblem = onProblem;
    this.#tryAgain = tryAgain;
  }

  get isOpen(): boolean {
    return this.#failure === undefined;
  }

  get problem(): string | undefined {
    return this.#failure ?? (this.#notes.size === 0 ? undefined : [...this.#notes.values()].join(' '));
  }

  /** Closes the gate and tries again by itself, ever more slowly. */
  shut(error: unknown): void {
    this.#failure = `${describeFailure(error)}; nothing is stored until it can be written again.`;
    this.#onProblem(this.#failure, true);
    clearTimeout(this.#timer);
    if (this.#ended) return;
    this.#timer = setTimeout(() => this.#retry(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, MAX_RETRY_MS);
  }

  /** With a topic it takes the place of what was said about that before, and undefined takes it back. */
  note(sentence: string | undefined, topic = sentence ?? ''): void {
    const before = this.problem;
    this.#notes.delete(topic);
    if (sentence !== undefined) this.#notes.set(topic, sentence);
    for (const [oldest] of this.#notes) {
      if (this.#notes.size <= MAX_NOTES) break;
      this.#notes.delete(oldest);
    }
    if (this.problem !== before) this.#onProblem(this.problem, !this.isOpen);
  }

  /** What a caller is told while the gate is closed. */
  refusal(): LinewardenError {
    return new LinewardenError('LW_STORE_WRITE_FAILED', this.#failure ?? 'The metric store cannot be written.', {
      hint: 'Free some space or restore the rights of the data folder; it goes on by itself.',
    });
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #retry(): void {
    // Open during the try: it goes the same way as any other write, and may shut the gate again.
    this.#failure = undefined;
    try {
      this.#tryAgain();
    } catch (error) {
      this.shut(error);
      return;
    }
    if (!this.isOpen) return;
    this.#retryMs = FIRST_RETRY_MS;
    this.#onProblem(this.problem, false);
  }
}
