// One client's session with a simulated router: login, commands, cancel, and the faults that were asked for.
import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import type { SimulatedDevice } from './device.ts';
import { commands, menus } from './menus/index.ts';
import { CommandReader, property, type Properties, sentence, type Word } from './wire.ts';

/** Faults by command (`/interface/print`); they can be changed while the router runs. */
export type Faults = {
  /** Before each answer. */
  delayMs: number;
  readonly delays: Map<string, number>;
  readonly traps: Map<string, { message: string; category?: string }>;
  /** Ends the session with this text. */
  readonly fatals: Map<string, string>;
  /** Answered by rows of the test's own. */
  readonly rows: Map<string, readonly Readonly<Record<string, Word>>[]>;
  /** Never answered. */
  readonly silent: Set<string>;
  /** Half of the answer, then a reset. */
  readonly drops: Set<string>;
  /** Replies leave in pieces of this size, each on its own; 0 = whole. */
  chunkBytes: number;
};

export const noFaults = (): Faults => ({
  delayMs: 0,
  delays: new Map(),
  traps: new Map(),
  fatals: new Map(),
  rows: new Map(),
  silent: new Set(),
  drops: new Set(),
  chunkBytes: 0,
});

export type SessionContext = {
  readonly device: SimulatedDevice;
  readonly username: string;
  readonly password: string;
  readonly faults: Faults;
  readonly isHanging: () => boolean;
  readonly onCommand: (words: readonly string[]) => void;
};

export class RouterSession {
  readonly #socket: Socket;
  readonly #context: SessionContext;
  readonly #reader = new CommandReader();
  readonly #running = new Map<string, AbortController>();
  #challenge = '';
  #loggedIn = false;
  #sending: Promise<void> = Promise.resolve();

  constructor(socket: Socket, context: SessionContext) {
    this.#socket = socket;
    this.#context = context;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      if (context.isHanging()) return;
      for (const words of this.#reader.read(chunk)) void this.#handle(words);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      for (const running of this.#running.values()) running.abort();
    });
  }

  async #handle(words: readonly string[]): Promise<void> {
    const [command = ''] = words;
    const tagWord = words.find((word) => word.startsWith('.tag='));
    const reply = (type: string, ...rest: Word[]): Buffer =>
      sentence(type, ...rest, ...(tagWord === undefined ? [] : [tagWord]));
    this.#context.onCommand(words);
    if (command === '/login') return this.#login(words, reply);
    if (!this.#loggedIn) return this.#fatal('not logged in');
    if (command === '/quit') return this.#fatal('session terminated on request');
    if (command === '/cancel') return this.#cancel(words, reply);

    const { faults } = this.#context;
    const abort = new AbortController();
    this.#running.set(tagWord ?? '', abort);
    try {
      const delayMs = faults.delays.get(command) ?? faults.delayMs;
      if (delayMs > 0) await wait(delayMs, undefined, { signal: abort.signal });
      if (faults.silent.has(command)) await wait(2 ** 31 - 1, undefined, { signal: abort.signal, ref: false });
      const fatal = faults.fatals.get(command);
      if (fatal !== undefined) return this.#fatal(fatal);
      const answer = this.#answer(command, words, reply);
      if (faults.drops.has(command)) {
        this.#send(answer.subarray(0, Math.floor(answer.length / 2)));
        await this.#sending;
        this.#socket.resetAndDestroy();
      } else this.#send(answer);
    } catch {
      // Cancelled, or the client went away.
      this.#send(Buffer.concat([reply('!trap', '=category=2', '=message=interrupted'), reply('!done')]));
    } finally {
      this.#running.delete(tagWord ?? '');
    }
  }

  #answer(command: string, words: readonly string[], reply: (type: string, ...rest: Word[]) => Buffer): Buffer {
    const { device, faults } = this.#context;
    const trap = faults.traps.get(command);
    const trapped = (message: string, category?: string): Buffer =>
      Buffer.concat([
        reply('!trap', ...(category === undefined ? [] : [`=category=${category}`]), `=message=${message}`),
        reply('!done'),
      ]);
    if (trap !== undefined) return trapped(trap.message, trap.category);
    const menu = command.endsWith('/print') ? command.slice(0, -'/print'.length) : '';
    const own = faults.rows.get(command)?.map((row): Properties => new Map(Object.entries(row)));
    const isMissing = device.options.without.some((without) => `${command}/`.startsWith(`${without}/`));
    if (isMissing) return trapped('no such command prefix', '0');
    const all = own ?? menus[menu]?.(device) ?? commands[command]?.(device, words);
    if (all === undefined) return trapped('no such command', '0');
    if (!device.options.policies.includes('read')) return trapped('not enough permissions (9)');
    const rows = all.filter((row) => matches(row, words));
    if (words.includes('=count-only=')) return reply('!done', `=ret=${rows.length}`);
    const proplist = words
      .find((word) => word.startsWith('=.proplist='))
      ?.slice('=.proplist='.length)
      .split(',');
    const shown = rows.map((row) =>
      reply(
        '!re',
        ...[...row].filter(([name]) => proplist?.includes(name) ?? true).map(([name, value]) => property(name, value)),
      ),
    );
    const empty = shown.length === 0 && device.atLeast(7, 18);
    return Buffer.concat([...shown, ...(empty ? [reply('!empty')] : []), reply('!done')]);
  }

  #login(words: readonly string[], reply: (type: string, ...rest: Word[]) => Buffer): void {
    const { device, username, password } = this.#context;
    const modern = device.atLeast(6, 43);
    const response = words.find((word) => word.startsWith('=response='));
    if (!modern && response === undefined) {
      this.#challenge = randomBytes(16).toString('hex');
      return this.#send(reply('!done', `=ret=${this.#challenge}`));
    }
    const expected = modern
      ? `=password=${password}`
      : `=response=00${createHash('md5').update('\0').update(password).update(Buffer.from(this.#challenge, 'hex')).digest('hex')}`;
    const refused = modern ? 'invalid user name or password (6)' : 'cannot log in';
    const known = words.includes(`=name=${username}`) && words.includes(expected);
    if (!known || !device.options.policies.includes('api')) {
      const message = known ? 'not permitted (9)' : refused;
      return this.#send(Buffer.concat([reply('!trap', `=message=${message}`), reply('!done')]));
    }
    this.#loggedIn = true;
    this.#send(reply('!done'));
  }

  #cancel(words: readonly string[], reply: (type: string, ...rest: Word[]) => Buffer): void {
    const tag = words.find((word) => word.startsWith('=tag='))?.slice('=tag='.length) ?? '';
    this.#running.get(`.tag=${tag}`)?.abort();
    this.#send(reply('!done'));
  }

  #fatal(text: string): void {
    this.#send(sentence('!fatal', text));
    void this.#sending.then(() => this.#socket.end());
  }

  #send(bytes: Buffer): void {
    this.#sending = this.#sending.then(async () => {
      const { chunkBytes } = this.#context.faults;
      if (this.#socket.destroyed || this.#context.isHanging()) return;
      if (chunkBytes === 0) {
        this.#socket.write(bytes);
        return;
      }
      for (let at = 0; at < bytes.length; at += chunkBytes) {
        this.#socket.write(bytes.subarray(at, at + chunkBytes));
        await nextTurn();
      }
    });
  }
}

/** Query words `?name=value`, `?name` and `?-name`, joined by `?#|`, `?#&` and `?#!`; what is left must all hold. */
function matches(row: Properties, words: readonly string[]): boolean {
  const stack: boolean[] = [];
  for (const word of words) {
    if (!word.startsWith('?')) continue;
    if (!word.startsWith('?#')) stack.push(holds(row, word));
    else for (const operation of word.slice(2)) operate(stack, operation);
  }
  return stack.every(Boolean);
}

function operate(stack: boolean[], operation: string): void {
  const last = stack.pop() ?? false;
  if (operation === '!') stack.push(!last);
  else {
    const before = stack.pop() ?? false;
    stack.push(operation === '|' ? before || last : before && last);
  }
}

function holds(row: Properties, word: string): boolean {
  const [name = '', value] = word.slice(1).replace(/^=/, '').split('=', 2);
  if (value === undefined) return name.startsWith('-') ? !row.has(name.slice(1)) : row.has(name);
  return text(row.get(name)) === text(value);
}

/** Queries take yes and no for the true and false of replies. */
const text = (value: Word | undefined): Word | undefined =>
  value === 'yes' ? 'true' : value === 'no' ? 'false' : value;
