// Names by reverse DNS, asked for in the background when switched on: few at a time, and not again for a while.
import { isIPv4, isIPv6 } from 'node:net';
import { cleanText } from '../observations/index.ts';

const AT_ONCE = 4;
const MAX_WAITING = 1_000;
const MAX_ASKED = 20_000;
const TIMEOUT_MS = 2_000;
const AGAIN_AFTER_MS = 3_600_000;

export type ReverseDns = {
  /** Asks for the address unless it was asked for lately. */
  want(address: string): void;
  stop(): void;
};

export type Lookup = (address: string) => Promise<readonly string[]>;

export function createReverseDns(options: {
  readonly now: () => number;
  readonly onName: (address: string, name: string) => void;
  /** Replaceable in tests. */
  readonly lookup?: Lookup;
}): ReverseDns {
  const { now, onName, lookup = systemLookup() } = options;
  const askedMs = new Map<string, number>();
  const waiting: string[] = [];
  let running = 0;
  let isStopped = false;

  const ask = async (address: string): Promise<void> => {
    running++;
    try {
      const [name = ''] = await lookup(address);
      const text = cleanText(name.replace(/\.$/, ''));
      if (!isStopped && text !== '' && text !== address) onName(address, text);
    } catch {
      // Most addresses have no name, and a name server that is away is no trouble of the operator's.
    } finally {
      running--;
      next();
    }
  };
  const next = (): void => {
    const address = isStopped || running >= AT_ONCE ? undefined : waiting.shift();
    if (address !== undefined) void ask(address);
  };
  return {
    want(address) {
      const before = askedMs.get(address);
      if (isStopped || (before !== undefined && now() - before < AGAIN_AFTER_MS)) return;
      if (waiting.length >= MAX_WAITING || (!isIPv4(address) && !isIPv6(address))) return;
      askedMs.delete(address);
      askedMs.set(address, now());
      const [oldest] = askedMs.size > MAX_ASKED ? askedMs.keys() : [];
      if (oldest !== undefined) askedMs.delete(oldest);
      waiting.push(address);
      next();
    },
    stop() {
      isStopped = true;
      waiting.length = 0;
    },
  };
}

function systemLookup(): Lookup {
  let resolver: Promise<{ reverse(address: string): Promise<string[]> }> | undefined;
  return async (address) => {
    resolver ??= import('node:dns/promises').then(({ Resolver }) => new Resolver({ timeout: TIMEOUT_MS, tries: 1 }));
    return (await resolver).reverse(address);
  };
}
