// Writes what is known of exporters to its file: seldom, and one write at a time.
import type { FlowDecoder } from './decoder/index.ts';
import { saveKept } from './kept-file.ts';

/** Templates hardly ever change; what came since the last write comes again with the exporter's next refresh. */
const WRITE_EVERY_MS = 60_000;
/** Also what is the same is written: it must not look older than it is. */
const REWRITE_EVERY_MS = 6 * 3_600_000;

/** No decoder's revision. */
const UNWRITTEN = -1;

export class Keeper {
  readonly #file: string | undefined;
  readonly #decoder: FlowDecoder;
  readonly #onError: (error: unknown) => void;
  #revision: number;
  #writtenMs: number;
  #writing: Promise<void> | undefined;

  /** Without a file nothing is kept. */
  constructor(file: string | undefined, decoder: FlowDecoder, nowMs: number, onError: (error: unknown) => void) {
    this.#file = file;
    this.#decoder = decoder;
    this.#onError = onError;
    this.#revision = decoder.revision;
    this.#writtenMs = nowMs;
  }

  /** To be called with each flush. */
  tick(nowMs: number): void {
    const sinceMs = Math.abs(nowMs - this.#writtenMs);
    if (sinceMs < WRITE_EVERY_MS || this.#writing !== undefined) return;
    if (this.#decoder.revision === this.#revision && sinceMs < REWRITE_EVERY_MS) return;
    void this.#write(nowMs);
  }

  /** At the end. */
  async last(nowMs: number): Promise<void> {
    await this.#writing;
    await this.#write(nowMs);
  }

  async #write(nowMs: number): Promise<void> {
    if (this.#file === undefined) return;
    this.#revision = this.#decoder.revision;
    this.#writtenMs = nowMs;
    this.#writing = saveKept(this.#file, this.#decoder.keep()).catch((error: unknown) => {
      this.#revision = UNWRITTEN;
      this.#onError(error);
    });
    await this.#writing;
    this.#writing = undefined;
  }
}
