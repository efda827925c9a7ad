// Customers, kept up to date from what routers tell: into the metrics each interval, into state.db, and to the window.
import type { SubscriberDetail, SubscriberList, SubscriberSettings, TierRule } from '../../../shared/contract/index.ts';
import { tierRuleSchema } from '../../../shared/contract/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { Clock } from '../clock.ts';
import type { ObservationHub, Observed } from '../observations/index.ts';
import type { MetricAppender, MetricQueries } from '../store/metrics/index.ts';
import type { StateStore } from '../store/state/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { SubscriberBook } from './book.ts';
import type { SubscribersSection } from './config.ts';
import { type HeldAddress, heldAddresses } from './held-addresses.ts';
import { SubscriberKeeper } from './keeper.ts';
import { type Latency, type PingFrom, startLatency } from './latency/index.ts';
import { fromRow } from './record.ts';
import { type Live, toDetail, toShown } from './rows.ts';
import { SubscriberSeries, TOTALS_SELECTOR } from './series.ts';
import type { Subscriber } from './subscriber.ts';
import { tierOf } from './tiers.ts';
import { storedTotals } from './stored-totals.ts';

const INTERVAL_MS = 15_000;
const MAX_SUBSCRIBERS = 20_000;
const MAX_SESSIONS_SHOWN = 100;
/** Read at once on the main thread: some milliseconds. */
const MAX_SESSIONS_JOINED = 20_000;
const RULES_KEY = 'subscribers.tiers';

export type SubscribersOptions = {
  readonly observations: Pick<ObservationHub, 'latest' | 'subscribe'>;
  readonly appender: MetricAppender;
  readonly queries: Pick<MetricQueries, 'instant'>;
  readonly state: Pick<StateStore, 'subscribers' | 'settings'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly section: SubscribersSection;
  readonly device: (id: string) => { readonly isSample: boolean } | undefined;
  readonly pingFrom: PingFrom;
  readonly onProblem: (sentence: string | undefined) => void;
  /** Told what each attempt to write state.db ended with. */
  readonly onWritten: (error: unknown) => void;
  readonly maxSubscribers?: number;
};

export type SubscribersService = {
  /** Resolves when observations are taken in. */
  readonly started: Promise<void>;
  apply(section: SubscribersSection): void;
  list(): SubscriberList;
  get(key: string): SubscriberDetail | undefined;
  /** Who there is, for whoever joins addresses with customers. */
  customers(): Iterable<{ key: string; name: string; tier: string; deviceId: string }>;
  /** Of one address those that say when go first. */
  heldAddresses(startMs: number, endMs: number): Iterable<HeldAddress>;
  forget(key: string): boolean;
  settings(): SubscriberSettings;
  changeRules(rules: readonly TierRule[]): SubscriberSettings;
  /** What the timer does each interval; tests call it. */
  pass(): Promise<void>;
  stop(): Promise<void>;
};

export function createSubscribers(options: SubscribersOptions): SubscribersService {
  const { observations, appender, clock, logger, state } = options;
  let { section } = options;
  let windowRules = readRules(state);
  const keeper = new SubscriberKeeper(state, options.onWritten);
  const tiers = () => tierOf([...section.tiers, ...windowRules]);
  const book = new SubscriberBook({
    maxSubscribers: options.maxSubscribers ?? MAX_SUBSCRIBERS,
    forgetAfterMs: section.forget_after,
    tierOf: tiers(),
    device: options.device,
    onSession: (session) => keeper.ended(session),
    onRemoved: (key) => keeper.removed(key),
  });
  const series = new SubscriberSeries(appender);
  const makeLatency = (): Latency =>
    startLatency({ section: section.latency, now: () => clock.monotonic(), pingFrom: options.pingFrom });
  let latency = makeLatency();
  let isStopped = false;
  const ends: (() => void)[] = [];

  const takeSessions = (observed: Observed<'sessions'>): void => {
    if (section.enabled && section.sources.includes(observed.observation.source))
      book.sessions(observed, clock.monotonic());
  };
  const takeProfiles = (observed: Observed<'profiles'>): void => {
    if (section.enabled && section.sources.includes('ppp')) book.profiles(observed, clock.monotonic());
  };

  const restore = async (): Promise<void> => {
    let unreadable = 0;
    for (const row of state.subscribers.list()) {
      const subscriber = fromRow(row);
      if (subscriber === undefined) unreadable++;
      else book.restore(subscriber);
    }
    if (unreadable > 0) logger.warn({ count: unreadable }, 'stored customers cannot be read by this version');
    await storedTotals(book, options.queries, TOTALS_SELECTOR, clock.now());
  };

  const start = async (): Promise<void> => {
    // Customers that cannot be read back are no reason to count none from now on.
    await restore().catch((error: unknown) => logger.warn({ err: error }, 'customers were not restored whole'));
    if (isStopped) return;
    ends.push(observations.subscribe('sessions', takeSessions), observations.subscribe('profiles', takeProfiles));
    for (const observed of observations.latest('profiles')) takeProfiles(observed);
    for (const observed of observations.latest('sessions')) takeSessions(observed);
    book.pass({ atMs: clock.now(), monotonicMs: clock.monotonic() });
  };

  const live = (subscriber: Subscriber): Live => {
    const monotonicMs = clock.monotonic();
    return {
      up: book.up(subscriber, monotonicMs),
      isFresh: ({ place }) => book.isFresh(place, monotonicMs),
      rttSeconds: subscriber.state === 'up' ? latency.rttSeconds(subscriber.key) : undefined,
    };
  };

  const append = async (): Promise<void> => {
    const monotonicMs = clock.monotonic();
    await series.append(clock.now(), section.enabled ? book : [], (subscriber) => {
      if (subscriber.state !== 'up') return { uptimeSeconds: undefined, rttSeconds: undefined };
      const [first] = book.up(subscriber, monotonicMs);
      return { uptimeSeconds: first?.reading.uptimeSeconds, rttSeconds: latency.rttSeconds(subscriber.key) };
    });
  };

  const offer = (): void => {
    const targets = [];
    for (const { key, facts, deviceId, state: is, isSample } of book) {
      // The sample network's customers have addresses that may be somebody's.
      if (is === 'up' && !isSample && facts.address !== '') targets.push({ key, address: facts.address, deviceId });
    }
    latency.offer(targets);
  };

  /** Slice by slice: whatever else the main thread does gets its turn between them. */
  const write = async (everything: boolean): Promise<void> => {
    while (!keeper.write(book, clock.monotonic(), everything)) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  };

  let toldRefused = 0;
  const tellRefused = (): void => {
    const { refused } = book;
    if (refused === toldRefused) return;
    toldRefused = refused;
    const most = (options.maxSubscribers ?? MAX_SUBSCRIBERS).toLocaleString('en');
    options.onProblem(
      refused === 0
        ? undefined
        : `Routers tell of more than ${most} customers; ${refused.toLocaleString('en')} of them are left out. Leave out sources under subscribers in the config.`,
    );
  };

  const passNow = async (): Promise<void> => {
    book.pass({ atMs: clock.now(), monotonicMs: clock.monotonic() });
    tellRefused();
    offer();
    await write(false);
    await append();
  };
  let passing: Promise<void> | undefined;
  const pass = (): Promise<void> =>
    (passing ??= passNow()
      .catch((error: unknown) => logger.warn({ err: error }, 'customers were not stored'))
      .finally(() => {
        passing = undefined;
      }));

  const started = start();
  const timer = setInterval(() => void pass(), INTERVAL_MS);

  const settings = (): SubscriberSettings => ({
    enabled: section.enabled,
    fileRules: section.tiers,
    windowRules: [...windowRules],
    latency: { from: section.latency.from, words: latency.words() },
  });

  return {
    started,
    apply(next) {
      const isOtherLatency = JSON.stringify(next.latency) !== JSON.stringify(section.latency);
      section = next;
      book.change({ tierOf: tiers(), forgetAfterMs: next.forget_after });
      if (!isOtherLatency) return;
      latency.stop();
      latency = makeLatency();
    },
    list: () => ({
      atMs: clock.now(),
      rows: section.enabled ? [...book].map((subscriber) => toShown(subscriber, live(subscriber))) : [],
      refused: book.refused,
    }),
    get(key) {
      const subscriber = book.get(key);
      if (subscriber === undefined) return undefined;
      return toDetail(subscriber, live(subscriber), keeper.sessionsOf(key, MAX_SESSIONS_SHOWN));
    },
    *customers() {
      if (!section.enabled) return;
      for (const { key, name, tier, deviceId } of book) yield { key, name, tier: tier.tier, deviceId };
    },
    heldAddresses: (startMs, endMs) =>
      section.enabled ? heldAddresses(book, keeper.sessionsBetween(startMs, endMs, MAX_SESSIONS_JOINED)) : [],
    forget: (key) => book.remove(key),
    settings,
    changeRules(rules) {
      for (const { tier, ...matchers } of rules) {
        if (Object.values(matchers).some((patterns) => patterns !== undefined && patterns.length > 0)) continue;
        throw new LinewardenError('LW_SUBSCRIBERS_RULE_EMPTY', `The rule for ${JSON.stringify(tier)} fits nobody.`, {
          hint: 'Give it at least one pattern.',
        });
      }
      state.settings.set(RULES_KEY, rules.length === 0 ? undefined : rules);
      windowRules = [...rules];
      book.change({ tierOf: tiers() });
      return settings();
    },
    pass,
    async stop() {
      isStopped = true;
      clearInterval(timer);
      for (const end of ends) end();
      latency.stop();
      await started;
      await passing;
      await write(true);
      await series.end(clock.now()).catch((error: unknown) => logger.warn({ err: error }, 'customers were not ended'));
    },
  };
}

/** What is stored but makes no sense (any more) counts as not set. */
const readRules = (state: Pick<StateStore, 'settings'>): TierRule[] =>
  tierRuleSchema.array().safeParse(state.settings.get(RULES_KEY)).data ?? [];
