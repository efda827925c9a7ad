// A book over routers that are told of by hand, and a network whose sessions are made up, with what really went.
import { SubscriberBook, type BookOptions } from '../../../electron/engine/subscribers/book.ts';
import type { EndedSession } from '../../../electron/engine/subscribers/ledger.ts';
import { tierOf } from '../../../electron/engine/subscribers/tiers.ts';
import type { Subscriber } from '../../../electron/engine/subscribers/subscriber.ts';
import type { ProfileSeen, SessionSeen } from '../../../electron/engine/observations/index.ts';
import { HandClock } from '../inventory/doubles.ts';

export const DAY_MS = 86_400_000;
/** 21 Nov 2026, noon UTC. */
export const NOON_MS = Date.UTC(2026, 10, 21, 12);

type Source = 'ppp' | 'hotspot' | 'queue' | 'wireguard';

export class World {
  readonly clock = new HandClock(NOON_MS);
  readonly ended: EndedSession[] = [];
  readonly removed: string[] = [];
  readonly devices = new Map<string, { isSample: boolean }>([
    ['core', { isSample: false }],
    ['tower', { isSample: false }],
    ['lab', { isSample: true }],
  ]);
  book: SubscriberBook;

  constructor(options: Partial<BookOptions> = {}) {
    this.book = this.newBook(options);
  }

  newBook(options: Partial<BookOptions> = {}): SubscriberBook {
    return new SubscriberBook({
      maxSubscribers: 100,
      forgetAfterMs: 30 * DAY_MS,
      tierOf: tierOf([]),
      device: (id) => this.devices.get(id),
      onSession: (session) => this.ended.push(session),
      onRemoved: (key) => this.removed.push(key),
      ...options,
    });
  }

  tell(deviceId: string, source: Source, ...rows: (Partial<SessionSeen> & { name: string })[]): void {
    const observation = { kind: 'sessions' as const, source, rows: rows.map((row) => ({ isUp: true, ...row })) };
    this.book.sessions({ deviceId, atMs: this.clock.now(), observation }, this.clock.monotonic());
  }

  list(deviceId: string, ...rows: ProfileSeen[]): void {
    const observation = { kind: 'profiles' as const, source: 'ppp' as const, rows };
    this.book.profiles({ deviceId, atMs: this.clock.now(), observation }, this.clock.monotonic());
  }

  pass(ms: number): void {
    this.clock.pass(ms);
    this.book.pass({ atMs: this.clock.now(), monotonicMs: this.clock.monotonic() });
  }

  /** The one of that name that is shown; fails where there is another number of them. */
  one(name: string): Subscriber {
    const found = [...this.book].filter((subscriber) => subscriber.name === name);
    const [only] = found;
    if (only === undefined || found.length > 1) throw new Error(`${found.length} subscribers are called ${name}`);
    return only;
  }

  names(): string[] {
    return [...this.book].map(({ name, deviceId }) => `${name} at ${deviceId}`);
  }
}
