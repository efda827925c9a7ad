// Keeps the map: hears what devices tell of their neighbours, joins it when somebody asks, and says who is behind whom.
import { networkInterfaces } from 'node:os';
import { MAX_MAP_POSITIONS } from '../../../shared/contract/index.ts';
import type { DeviceSummary, MapPosition, MapRates, NetworkMap } from '../../../shared/contract/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { Clock } from '../clock.ts';
import type { InterfaceSeen, ObservationHub } from '../observations/index.ts';
import { normalizeAddress, normalizeMac } from '../observations/index.ts';
import type { StateStore } from '../store/state/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { drawLink, nodesOf, rateOfLink } from './draw.ts';
import { HeardTable } from './heard.ts';
import { createIdentify } from './identify.ts';
import { linksOf, type Link } from './links.ts';
import { leadsBack, workOutParents, type Parent } from './parents.ts';
import { PortRates } from './rates.ts';
import { readHeard, readParents, readPositions, writeHeard, writeParents, writePositions } from './stored.ts';

export interface Topology {
  map(): NetworkMap;
  rates(): MapRates;
  /** Through whom the device is reached; undefined where that is not known or nobody is in between. */
  parentOf(deviceId: string): Parent | undefined;
  /** undefined: worked out; null: nothing is above it. */
  setParent(deviceId: string, parent: string | null | undefined): void;
  /** Where nodes are drawn, for all windows. */
  place(positions: readonly MapPosition[], isAnew?: boolean): void;
  /** Parents that the file sets. */
  apply(file: ReadonlyMap<string, string>): void;
  /** Devices came, went, or are in another state. */
  devicesChanged(): void;
  stop(): void;
}

type Joined = {
  readonly links: readonly Link[];
  readonly nodes: NetworkMap['nodes'];
  readonly left: number;
  readonly parents: ReadonlyMap<string, Parent>;
  readonly interfaces: ReadonlyMap<string, ReadonlyMap<string, InterfaceSeen>>;
};

const FLUSH_EVERY_MS = 30_000;
const EXPIRE_EVERY_MS = 3_600_000;
/** What changed is told at most so often. */
const TELL_EVERY_MS = 2_000;

export function createTopology(options: {
  readonly observations: ObservationHub;
  readonly devices: () => readonly DeviceSummary[];
  /** As whom this computer tells what it heard. */
  readonly hereId: () => string;
  readonly settings: StateStore['settings'];
  readonly fileParents: ReadonlyMap<string, string>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onChange: () => void;
  readonly onWritten?: (error: unknown) => void;
}): Topology {
  const { observations, settings, clock, logger, onChange } = options;
  const heard = new HeardTable();
  heard.restore(readHeard(settings));
  const rates = new PortRates();
  const handParents = readParents(settings);
  let positions = readPositions(settings);
  let fileParents = options.fileParents;
  let joined: Joined | undefined;
  let isUntold = false;
  let isUnwritten = false;
  let isTroubled = false;
  let [toldMs, writtenMs, expiredMs] = [0, clock.now(), clock.now()];

  const changed = (): void => {
    joined = undefined;
    isUntold = true;
  };
  const heardChanged = (isChanged: boolean): void => {
    if (!isChanged) return;
    isUnwritten = true;
    changed();
  };

  /** Who there is and how they are, as far as the map shows it: the inventory tells each answer. */
  let devicesAs = '';
  let known = new Set<string>();
  let wanted = new Set<string>();
  let own = ownAddresses();
  const lookAround = (): void => {
    const devices = options.devices();
    known = new Set([...devices.map(({ id }) => id), options.hereId()]);
    own = ownAddresses();
    // Whatever is polled over HTTP or sends flows says nothing of its neighbours; routers know at which port it is.
    const others = devices.filter(({ kind, sample }) => kind !== 'router' && !sample);
    wanted = new Set([...others.map(({ address }) => address), ...own.addresses, ...own.macs]);
  };
  lookAround();

  /** Told again each poll, with counters that grow: only what the map shows of it is news. */
  const shapes = new Map<string, string>();
  const hearInterfaces = (observed: Parameters<PortRates['tell']>[0]): void => {
    rates.tell(observed);
    const shape = observed.observation.rows
      .map(({ name, mac, type, speedBps, isRunning }) => `${name} ${mac} ${type} ${speedBps} ${isRunning}`)
      .join('\n');
    if (shapes.get(observed.deviceId) === shape) return;
    shapes.set(observed.deviceId, shape);
    changed();
  };
  const ends = [
    observations.subscribe('neighbours', ({ deviceId, atMs, observation: { source, rows } }) =>
      heardChanged(heard.tell(deviceId, source, rows, atMs)),
    ),
    observations.subscribe('hosts', ({ deviceId, atMs, observation: { source, rows } }) => {
      if (source !== 'arp' || wanted.size === 0) return;
      const isWanted = ({ address, mac = '' }: { address: string; mac?: string }): boolean =>
        wanted.has(address) || wanted.has(mac);
      heardChanged(heard.tellHosts(deviceId, rows, isWanted, atMs));
    }),
    observations.subscribe('interfaces', hearInterfaces),
  ];

  const join = (): Joined => {
    const devices = options.devices();
    const hereId = options.hereId();
    const states = new Map(devices.map(({ id, state }) => [id, state]));
    const seen = new Map<string, readonly InterfaceSeen[]>();
    for (const { deviceId, observation } of observations.latest('interfaces')) seen.set(deviceId, observation.rows);
    const identify = createIdentify(devices, seen, { id: hereId, ...own });
    const { links, segments } = linksOf(
      heard.all(),
      identify,
      (id) => states.get(id) === 'offline',
      (id) => id === hereId || states.has(id),
    );
    const hereIsShown = states.has(hereId) || !links.some(({ a, b }) => a === hereId || b === hereId);
    const { nodes, left } = nodesOf(devices, identify.found, links, segments);
    if (!hereIsShown) {
      nodes.push({ id: hereId, kind: 'found', deviceId: null, name: 'This computer', detail: '', address: '' });
    }
    const shown = new Set(nodes.map(({ id }) => id));
    const drawn = links.filter(({ a, b }) => shown.has(a) && shown.has(b));
    const parents = workOutParents({
      devices: new Set(states.keys()),
      links: drawn.map(({ a, b, isHeard }) => ({ a, b, isTrusted: isHeard })),
      hereId,
      set: { hand: handParents, file: fileParents },
    });
    const interfaces = new Map(
      [...seen].map(([id, rows]) => [id, new Map(rows.map((row) => [row.name, row] as const))] as const),
    );
    return { links: drawn, nodes, left, parents, interfaces };
  };
  const now = (): Joined => (joined ??= join());

  const writing = (write: () => void): void => {
    try {
      write();
      isTroubled = false;
      options.onWritten?.(undefined);
    } catch (error) {
      // A full disk, most often: the next attempt comes.
      if (!isTroubled) logger.warn({ err: error }, 'what the map knows could not be written');
      isTroubled = true;
      options.onWritten?.(error);
    }
  };
  const flush = (): void =>
    writing(() => {
      writeHeard(settings, heard.all());
      isUnwritten = false;
    });

  const timer = setInterval(() => {
    const nowMs = clock.now();
    if (isUntold && Math.abs(nowMs - toldMs) >= TELL_EVERY_MS) {
      [isUntold, toldMs] = [false, nowMs];
      onChange();
    }
    if (isUnwritten && Math.abs(nowMs - writtenMs) >= FLUSH_EVERY_MS) {
      writtenMs = nowMs;
      flush();
    }
    if (Math.abs(nowMs - expiredMs) >= EXPIRE_EVERY_MS) {
      expiredMs = nowMs;
      lookAround();
      heard.expire(nowMs, (id) => known.has(id));
      changed();
    }
  }, 1_000);
  timer.unref();

  return {
    map() {
      const { links, nodes, left, parents, interfaces } = now();
      const shown = new Set(nodes.map(({ id }) => id));
      return {
        nodes: [...nodes],
        links: links.map((link) => drawLink(link, interfaces)),
        positions: [...positions.values()].filter(({ id }) => shown.has(id)),
        parents: Object.fromEntries(parents),
        tops: [...handParents].flatMap(([id, parent]) => (parent === null ? [id] : [])),
        left,
      };
    },
    rates() {
      const { links, interfaces } = now();
      const atMs = clock.now();
      return {
        atMs,
        rates: links.map((link) => rateOfLink(link, interfaces, (id, port) => rates.of(id, port, atMs))),
      };
    },
    parentOf: (deviceId) => now().parents.get(deviceId),
    setParent(deviceId, parent) {
      const names = new Map(options.devices().map(({ id, name }) => [id, name]));
      if (!names.has(deviceId) || (typeof parent === 'string' && !names.has(parent))) {
        throw new LinewardenError('LW_DEVICE_GONE', 'The device was removed meanwhile.');
      }
      const set = new Map<string, { id: string }>();
      for (const [id, to] of [...fileParents, ...handParents]) if (to !== null) set.set(id, { id: to });
      if (typeof parent === 'string' && leadsBack(set, deviceId, parent)) {
        throw new LinewardenError(
          'LW_MAP_PARENT_LOOP',
          `${names.get(parent) ?? parent} is itself reached through ${names.get(deviceId) ?? deviceId}.`,
          { hint: 'Choose another one, or change the parent of that one first.' },
        );
      }
      if (parent === undefined) handParents.delete(deviceId);
      else handParents.set(deviceId, parent);
      for (const id of handParents.keys()) if (!names.has(id)) handParents.delete(id);
      writeParents(settings, handParents);
      joined = undefined;
      onChange();
    },
    place(moved, isAnew = false) {
      if (isAnew) positions.clear();
      // Those placed last are last, so that the oldest go where there are too many.
      for (const one of moved) positions.delete(one.id);
      for (const { id, x, y } of moved) positions.set(id, { id, x: Math.round(x), y: Math.round(y) });
      if (positions.size > MAX_MAP_POSITIONS) positions = new Map([...positions].slice(-MAX_MAP_POSITIONS));
      writePositions(settings, positions.values());
      onChange();
    },
    apply(file) {
      fileParents = file;
      changed();
    },
    devicesChanged() {
      const as = options
        .devices()
        .map(({ id, name, address, model, state }) => `${id} ${name} ${address} ${model} ${state === 'offline'}`)
        .join('\n');
      if (as === devicesAs) return;
      devicesAs = as;
      lookAround();
      joined = undefined;
      rates.keepOnly((id) => known.has(id));
      for (const id of shapes.keys()) if (!known.has(id)) shapes.delete(id);
      isUntold = true;
    },
    stop() {
      clearInterval(timer);
      for (const end of ends) end();
      if (isUnwritten) flush();
    },
  };
}

/** Of this computer, by which routers know it. */
function ownAddresses(): { readonly macs: ReadonlySet<string>; readonly addresses: ReadonlySet<string> } {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const outward = all.filter(({ internal, mac }) => !internal && normalizeMac(mac) !== undefined);
  return {
    macs: given(outward.map(({ mac }) => normalizeMac(mac))),
    // Link-local ones are the same in many networks.
    addresses: given(outward.filter(({ family }) => family === 'IPv4').map(({ address }) => normalizeAddress(address))),
  };
}

const given = <T>(each: readonly (T | undefined)[]): Set<T> => new Set(each.filter((one) => one !== undefined));
