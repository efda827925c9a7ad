// The one resolver of names: addresses to what they are called, and interface indexes to theirs, kept over restarts.
import { hostname, networkInterfaces } from 'node:os';
import type { NameSource } from '../../../shared/contract/index.ts';
import type { Clock } from '../clock.ts';
import { isPrivateAddress, normalizeAddress } from '../observations/index.ts';
import type { ObservationHub } from '../observations/index.ts';
import type { StateStore } from '../store/state/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { Claims, isNameSource } from './claims.ts';
import type { Claim } from './claims.ts';
import { InterfaceNames } from './interfaces.ts';
import type { InterfaceName } from './interfaces.ts';
import { createReverseDns } from './reverse-dns.ts';
import type { Lookup, ReverseDns } from './reverse-dns.ts';
import type { NamesSection } from './section.ts';
import { listen } from './tellers.ts';

export type AddressName = {
  readonly name: string;
  readonly source: NameSource;
  /** Who told it; for the source `device` the device itself. Empty for a name server. */
  readonly deviceId: string;
  readonly lastSeenMs: number;
  /** What it is called elsewhere, where nothing says whose word counts: another site with the same private network. */
  readonly elsewhere: readonly { readonly name: string; readonly deviceId: string }[];
};

/** What is known of a device here. */
export type NamedDevice = {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly address: string;
};

export interface Names {
  /**
   * What the address is called, in whatever form it is written. `near`: the device whose view counts first, such as the
   * router whose flows name the address.
   */
  nameOf(address: string, near?: string): AddressName | undefined;
  /** The interface that the device (its id, or an address of it) calls by this number in its flows. */
  interfaceName(device: string, index: number): string | undefined;
  interfaces(device: string): readonly InterfaceName[];
  /** Devices were added, renamed or removed. */
  devicesChanged(): void;
  apply(section: NamesSection): void;
  /** Addresses with a name, without those of devices. */
  readonly size: number;
  stop(): void;
}

const FLUSH_EVERY_MS = 10_000;
/** In one transaction on the engine's main thread: a few milliseconds. */
const ROWS_A_WRITE = 500;
const EXPIRE_EVERY_MS = 600_000;
/** What is only seen again is written every six hours: on the disk it looks that much older. */
const STORED_SLACK_MS = 7 * 3_600_000;

export function createNames(options: {
  readonly observations: ObservationHub;
  readonly state: Pick<StateStore, 'names'>;
  readonly devices: () => readonly NamedDevice[];
  readonly section: NamesSection;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onWritten?: (error: unknown) => void;
  /** Replaceable in tests. */
  readonly lookup?: Lookup;
}): Names {
  const { observations, state, clock, logger } = options;
  let { section } = options;
  const claims = new Claims();
  const interfaces = new InterfaceNames();
  let byAddress: Map<string, NamedDevice> | undefined;
  let reverse: ReverseDns | undefined;
  let expiredMs = clock.now();
  let isTroubled = false;

  const restoredAfterMs = clock.now() - section.remember - STORED_SLACK_MS;
  claims.restore(restored(state, restoredAfterMs));
  interfaces.restore(state.names.interfaces());
  const ends = [
    listen(observations, (...told) => claims.tell(...told)),
    observations.subscribe('interfaces', ({ deviceId, atMs, observation }) =>
      interfaces.tell(deviceId, atMs, observation.rows),
    ),
  ];
  for (const { deviceId, atMs, observation } of observations.latest('interfaces')) {
    interfaces.tell(deviceId, atMs, observation.rows);
  }

  const writing = (write: () => void): void => {
    try {
      write();
      isTroubled = false;
      options.onWritten?.(undefined);
    } catch (error) {
      // A full disk, most often: names are known all the same, and the next attempt comes.
      if (!isTroubled) logger.warn({ err: error }, 'names of addresses could not be written');
      isTroubled = true;
      options.onWritten?.(error);
    }
  };
  const writeSome = (): boolean => claims.flush(ROWS_A_WRITE, (changes) => state.names.write(changes));
  const writeInterfaces = (isLast: boolean): void =>
    interfaces.flush(clock.now(), isLast, (device) => state.names.saveInterfaces(device));

  const expire = (): void => {
    expiredMs = clock.now();
    const beforeMs = expiredMs - section.remember;
    claims.expire(beforeMs);
    const gone = interfaces.expire(beforeMs);
    writing(() => {
      state.names.forgetBefore(beforeMs - STORED_SLACK_MS);
      for (const id of gone) state.names.deleteInterfaces(id);
    });
  };
  const timer = setInterval(() => {
    writing(() => {
      writeSome();
      writeInterfaces(false);
    });
    if (Math.abs(clock.now() - expiredMs) >= EXPIRE_EVERY_MS) expire();
  }, FLUSH_EVERY_MS);
  timer.unref();

  const ask = (address: string): void => {
    if (section.reverse_dns === 'off' || (section.reverse_dns === 'private' && !isPrivateAddress(address))) return;
    reverse ??= createReverseDns({
      now: () => clock.now(),
      onName: (named, name) => claims.tell('', 'reverse-dns', clock.now(), [{ address: named, name }]),
      ...(options.lookup !== undefined && { lookup: options.lookup }),
    });
    reverse.want(address);
  };

  const devices = (): Map<string, NamedDevice> => (byAddress ??= devicesByAddress(options.devices()));
  const idOf = (device: string): string => {
    if (interfaces.has(device)) return device;
    return devices().get(normalizeAddress(device) ?? '')?.id ?? device;
  };

  return {
    nameOf(text, near) {
      const address = normalizeAddress(text);
      if (address === undefined) return undefined;
      const device = devices().get(address);
      if (device !== undefined) {
        return { name: device.name, source: 'device', deviceId: device.id, lastSeenMs: clock.now(), elsewhere: [] };
      }
      const claim = claims.best(address, near);
      if (claim === undefined || claim.source === 'reverse-dns') ask(address);
      if (claim === undefined || claim.seenMs < clock.now() - section.remember) return undefined;
      const { name, source, deviceId, seenMs: lastSeenMs } = claim;
      const elsewhere = deviceId === near ? [] : claims.rivals(address, claim);
      return { name, source, deviceId, lastSeenMs, elsewhere };
    },
    interfaceName: (device, index) => interfaces.name(idOf(device), index),
    interfaces: (device) => interfaces.list(idOf(device)),
    devicesChanged() {
      byAddress = undefined;
    },
    apply(next) {
      section = next;
      if (next.reverse_dns !== 'off') return;
      reverse?.stop();
      reverse = undefined;
    },
    get size() {
      return claims.size;
    },
    stop() {
      clearInterval(timer);
      for (const end of ends) end();
      reverse?.stop();
      writing(() => {
        while (writeSome());
        writeInterfaces(true);
      });
    },
  };
}

function* restored(state: Pick<StateStore, 'names'>, afterMs: number): Generator<Claim> {
  for (const { source, ...row } of state.names.list(afterMs)) if (isNameSource(source)) yield { ...row, source };
}

/** Those that a person named, by their address; and this computer by all of its own. */
function devicesByAddress(all: readonly NamedDevice[]): Map<string, NamedDevice> {
  const found = new Map<string, NamedDevice>();
  const add = (address: string | undefined, device: NamedDevice): void => {
    if (address !== undefined && !found.has(address)) found.set(address, device);
  };
  for (const device of all) {
    if (device.kind === 'host') {
      for (const { address, internal } of Object.values(networkInterfaces()).flatMap((one) => one ?? [])) {
        if (!internal)
          add(normalizeAddress(address), { ...device, name: device.name === '' ? hostname() : device.name });
      }
    } else if (device.kind === 'router' || (device.kind === 'exporter' && device.name !== device.address)) {
      add(normalizeAddress(device.address), device);
    }
  }
  return found;
}
