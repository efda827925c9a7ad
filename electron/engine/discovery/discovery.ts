// What is in the network and not watched: heard by this computer, or known to the routers that are watched.
import type { AddFound, AddProgress, FoundList } from '../../../shared/contract/index.ts';
import type { Clock } from '../clock.ts';
import { normalizeAddress, normalizeMac } from '../observations/index.ts';
import type { ObservationHub } from '../observations/index.ts';
import type { DeviceServices } from '../sources/index.ts';
import type { StateStore } from '../store/state/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { addAll } from './add.ts';
import { FoundTable } from './found-table.ts';
import { createHeard } from './mndp/heard.ts';
import { createMndpListener } from './mndp/listener.ts';
import type { MndpCounts } from './mndp/listener.ts';
import { present, reachable } from './present.ts';
import type { Known } from './present.ts';
import type { Profiles } from './profiles.ts';
import type { DiscoverySection } from './section.ts';
import { fromRows, toRow } from './stored.ts';
import { listen } from './tellers.ts';

export interface Discovery {
  list(wanted: { readonly hosts: boolean; readonly ignored: boolean }): FoundList;
  /** Asks all routers to announce themselves; how many addresses it was sent to. */
  search(): Promise<number>;
  setIgnored(ids: readonly string[], isIgnored: boolean): void;
  add(wanted: AddFound, signal: AbortSignal | undefined): AsyncGenerator<AddProgress>;
  apply(section: DiscoverySection): void;
  readonly counts: MndpCounts & { readonly found: number };
  stop(): void;
}

const TICK_MS = 1_000;
const FLUSH_EVERY_MS = 10_000;
const ROWS_A_WRITE = 300;
const EXPIRE_EVERY_MS = 3_600_000;

const setOf = (texts: readonly (string | undefined)[]): Set<string> =>
  new Set(texts.filter((text) => text !== undefined));

export function createDiscovery(options: {
  readonly section: DiscoverySection;
  readonly defaultListen: { readonly host: string; readonly port: number } | undefined;
  readonly observations: ObservationHub;
  readonly state: Pick<StateStore, 'found'>;
  readonly profiles: Pick<Profiles, 'credentials'>;
  readonly devices: Pick<DeviceServices, 'list' | 'testRouter' | 'addRouter'>;
  /** As whom this computer tells what it heard. */
  readonly hereId: () => string;
  readonly nameOf: (address: string) => string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onWritten?: (error: unknown) => void;
}): Discovery {
  const { observations, state, devices, clock, logger } = options;
  let { section } = options;
  const table = new FoundTable();
  table.restore(fromRows(state.found.list()));
  const heard = createHeard(observations, options.hereId);
  const endListening = listen(observations, (sighting) => table.see(sighting));
  const mndp = createMndpListener({
    settings: section.mndp,
    defaultListen: options.defaultListen,
    clock,
    logger,
    onAnnouncement: (announcement, from) => heard.add(announcement, from, clock.now()),
  });
  let lastSearchMs: number | null = null;
  let flushedMs = clock.now();
  let expiredMs = clock.now();
  let isTroubled = false;

  const writing = (write: () => void): void => {
    try {
      write();
      isTroubled = false;
      options.onWritten?.(undefined);
    } catch (error) {
      // A full disk, most often: the next attempt comes.
      if (!isTroubled) logger.warn({ err: error }, 'what was found in the network could not be written');
      isTroubled = true;
      options.onWritten?.(error);
    }
  };
  const writeSome = (): boolean =>
    table.flush(ROWS_A_WRITE, ({ saved, dropped }) => state.found.write({ saved: saved.map(toRow), dropped }));

  const timer = setInterval(() => {
    const nowMs = clock.now();
    heard.tick(nowMs);
    if (Math.abs(nowMs - flushedMs) >= FLUSH_EVERY_MS) {
      flushedMs = nowMs;
      writing(() => void writeSome());
    }
    if (Math.abs(nowMs - expiredMs) >= EXPIRE_EVERY_MS) {
      expiredMs = nowMs;
      table.expire(nowMs);
    }
  }, TICK_MS);
  timer.unref();

  /** What is watched: by its address, and routers by all that they say of their own interfaces. */
  const known = (): Known => {
    const all = devices.list();
    return {
      addresses: setOf(all.filter(({ kind }) => kind === 'router').map(({ address }) => normalizeAddress(address))),
      macs: setOf(
        observations
          .latest('interfaces')
          .flatMap(({ observation }) => observation.rows.map(({ mac }) => normalizeMac(mac ?? ''))),
      ),
      names: new Map(all.map(({ id, name }) => [id, name])),
      hereId: options.hereId(),
    };
  };

  return {
    list(wanted) {
      return {
        ...present(table.entries(), known(), options.nameOf, wanted),
        mndp: { ...mndp.status(), canSearch: section.mndp.query },
        lastSearchMs,
      };
    },
    async search() {
      const sentTo = await mndp.search();
      lastSearchMs = clock.now();
      return sentTo;
    },
    setIgnored(ids, isIgnored) {
      for (const id of ids) table.setIgnored(id, isIgnored);
    },
    async *add({ ids, profileId }, signal) {
      const credentials = await options.profiles.credentials(profileId);
      const candidates = [...new Set(ids)].map((id) => {
        const entry = table.get(id);
        return { id, name: entry?.facts.identity ?? '', addresses: entry === undefined ? [] : reachable(entry) };
      });
      yield* addAll(
        candidates,
        credentials,
        {
          testRouter: (form, abort) => devices.testRouter(form, abort),
          addRouter: (form) => devices.addRouter(form),
          isTaken: (name) => devices.list().some((device) => device.id === name || device.name === name),
        },
        signal,
      );
    },
    apply(next) {
      section = next;
      mndp.apply(next.mndp);
    },
    get counts() {
      return { ...mndp.counts, found: table.size };
    },
    stop() {
      clearInterval(timer);
      mndp.stop();
      endListening();
      writing(() => {
        while (writeSome());
      });
    },
  };
}
