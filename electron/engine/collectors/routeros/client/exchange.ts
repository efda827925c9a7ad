// Commands and their replies over one socket: tags, timeouts with /cancel, and an end for every pending call.
import type { Socket } from 'node:net';
import type { LinewardenError } from '../../../../../shared/model/errors.ts';
import { encodeSentence, SentenceParser } from './codec.ts';
import {
  abortError,
  closedDuringLoginError,
  closedError,
  closedHereError,
  fatalError,
  nodeErrorCode,
  routerosError,
  timeoutError,
  transportError,
  trapError,
  violationError,
} from './errors.ts';
import { describeEndpoint, type Endpoint } from './options.ts';
import { parseReply, type Reply, type Row, withoutSecret } from './reply.ts';

export type CommandReply = {
  readonly rows: readonly Row[];
  /** Properties of the final !done, such as `ret` of a count. */
  readonly done: Row;
};

export type CommandOptions = {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
};

/** Bounds of one command's reply, so that no router can fill our memory. */
const MAX_REPLY_ROWS = 200_000;
const MAX_REPLY_BYTES = 64 * 1_048_576;
/** Tags of given-up commands whose end is still awaited. */
const MAX_DRAINING = 1_000;

type Pending = {
  readonly command: string;
  readonly rows: Row[];
  bytes: number;
  readonly onTrap: (reply: Reply) => LinewardenError;
  readonly settle: (result: CommandReply | LinewardenError) => void;
};

const noRow: Row = new Map();

export class Exchange {
  readonly closed: Promise<LinewardenError>;
  readonly #socket: Socket;
  readonly #endpoint: Endpoint;
  readonly #parser: SentenceParser;
  readonly #onAnswer: () => void;
  readonly #secret: string;
  readonly #pending = new Map<string, Pending>();
  readonly #draining = new Set<string>();
  #nextTag = 1;
  #loggedIn = false;
  #answered = false;
  #ignoredReplies = 0;
  #error: LinewardenError | undefined;
  #resolveClosed: (error: LinewardenError) => void;

  /** @param secret is left out of whatever the peer says in a !trap or !fatal */
  constructor(socket: Socket, endpoint: Endpoint, onAnswer: () => void = () => {}, secret = '') {
    this.#socket = socket;
    this.#endpoint = endpoint;
    this.#onAnswer = onAnswer;
    this.#secret = secret;
    const { promise, resolve } = Promise.withResolvers<LinewardenError>();
    this.closed = promise;
    this.#resolveClosed = resolve;
    this.#parser = new SentenceParser((words, bytes) => this.#onSentence(parseReply(words), bytes), {
      repliesOnly: true,
    });
    socket.on('data', (chunk) => this.#onData(chunk));
    socket.on('error', (error) => this.#fail(this.#lostError(error)));
    // end comes with a FIN, close after everything else: whichever is first ends the session.
    socket.on('end', () => this.#fail(this.#lostError(undefined)));
    socket.on('close', () => this.#fail(this.#lostError(undefined)));
  }

  /** Replies without a command that waits for them: late, unknown tag or unknown type. */
  get ignoredReplies(): number {
    return this.#ignoredReplies;
  }

  get isOpen(): boolean {
    return this.#error === undefined;
  }

  loginDone(): void {
    this.#loggedIn = true;
  }

  /** Sends a command and collects its reply. `words` begin with the command itself; the tag is added here. */
  async run(
    words: readonly string[],
    options: CommandOptions & {
      timeoutMs: number;
      untagged?: boolean;
      onTrap?: (reply: Reply) => LinewardenError;
    },
  ): Promise<CommandReply> {
    const { timeoutMs, signal, untagged = false } = options;
    const command = words[0] ?? '';
    if (this.#error !== undefined) throw closedHereError(this.#endpoint);
    if (signal?.aborted === true) throw abortError(signal);
    const tag = untagged ? '' : String(this.#nextTag++);
    const { promise, resolve, reject } = Promise.withResolvers<CommandReply>();

    const settle = (result: CommandReply | LinewardenError): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      this.#pending.delete(tag);
      if (result instanceof Error) reject(result);
      else resolve(result);
    };
    const giveUp = (error: LinewardenError): void => {
      settle(error);
      this.#cancel(tag);
    };
    const onAbort = (): void => {
      if (signal !== undefined) giveUp(abortError(signal));
    };
    const timer = setTimeout(() => {
      const where = describeEndpoint(this.#endpoint);
      giveUp(
        timeoutError(
          `${where} did not answer ${command} within ${timeoutMs / 1000} s.`,
          'The router may be overloaded.',
        ),
      );
    }, timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    const onTrap = options.onTrap ?? ((reply) => trapError(command, reply));
    this.#pending.set(tag, { command, rows: [], bytes: 0, onTrap, settle });
    this.#socket.write(encodeSentence(untagged ? words : [...words, `.tag=${tag}`]));
    return promise;
  }

  /** Ends the session now; whatever is pending rejects with `reason`. */
  close(reason: LinewardenError = closedHereError(this.#endpoint)): void {
    this.#fail(reason);
  }

  #onData(chunk: Buffer): void {
    this.#answered = false;
    const violation = this.#parser.push(chunk);
    // Once for all sentences of a chunk: a table of thousands of rows is one sign of life, not thousands.
    if (this.#answered) this.#onAnswer();
    if (violation !== undefined) this.#fail(violationError(this.#endpoint, violation));
  }

  #onSentence(reply: Reply, bytes: number): void {
    this.#answered = true;
    if (reply.type === '!fatal') {
      this.#fail(fatalError(this.#endpoint, withoutSecret(reply, this.#secret), !this.#loggedIn));
      return;
    }
    const pending = this.#pending.get(reply.tag);
    if (pending === undefined) {
      const expected = this.#draining.has(reply.tag);
      if (expected && reply.type === '!done') this.#draining.delete(reply.tag);
      if (!expected || reply.type === '!re') this.#ignoredReplies++;
      return;
    }
    switch (reply.type) {
      case '!re':
        pending.bytes += bytes;
        if (pending.rows.length >= MAX_REPLY_ROWS || pending.bytes > MAX_REPLY_BYTES)
          this.#tooLarge(reply.tag, pending);
        else pending.rows.push(reply.row);
        return;
      case '!done':
        pending.settle({ rows: pending.rows, done: reply.row });
        return;
      case '!empty':
        // Its !done follows; an empty list needs no more than this word.
        this.#drain(reply.tag);
        pending.settle({ rows: pending.rows, done: noRow });
        return;
      case '!trap':
        this.#drain(reply.tag);
        pending.settle(pending.onTrap(withoutSecret(reply, this.#secret)));
        return;
      default:
        this.#ignoredReplies++;
    }
  }

  #tooLarge(tag: string, pending: Pending): void {
    const text = `The answer to ${pending.command} is too large.`;
    pending.settle(routerosError('LW_ROUTEROS_TOO_LARGE', text, 'Switch the collector off for this router.'));
    this.#cancel(tag);
  }

  /** Tells the router to stop; the end of the cancelled command and of /cancel itself are expected, so not counted. */
  #cancel(tag: string): void {
    if (tag === '' || this.#error !== undefined) return;
    const own = `c${tag}`;
    this.#drain(tag);
    this.#drain(own);
    this.#socket.write(encodeSentence(['/cancel', `=tag=${tag}`, `.tag=${own}`]));
  }

  #drain(tag: string): void {
    if (tag === '') return;
    this.#draining.add(tag);
    if (this.#draining.size <= MAX_DRAINING) return;
    for (const oldest of this.#draining) {
      this.#draining.delete(oldest);
      break;
    }
  }

  #lostError(error: unknown): LinewardenError {
    const code = nodeErrorCode(error);
    if (code !== '' && !['ECONNRESET', 'EPIPE', 'ECONNABORTED'].includes(code)) {
      return transportError(this.#endpoint, error);
    }
    return this.#loggedIn ? closedError(this.#endpoint, error) : closedDuringLoginError(this.#endpoint, error);
  }

  #fail(error: LinewardenError): void {
    if (this.#error !== undefined) return;
    this.#error = error;
    this.#parser.stop();
    this.#socket.destroy();
    for (const pending of this.#pending.values()) pending.settle(error);
    this.#pending.clear();
    this.#draining.clear();
    this.#resolveClosed(error);
  }
}
