// Expected failures: each has a code LW_<AREA>_<WHAT>, a sentence that says what happened, and what to do about it.

export class LinewardenError extends Error {
  readonly code: string;
  /** What the reader can do, one sentence; may be empty. */
  readonly hint: string;

  constructor(code: `LW_${string}`, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'LinewardenError';
    this.code = code;
    this.hint = options.hint ?? '';
  }
}
