// The devices that flows come from: a known router, a device of the file, or an exporter that was found by its flows.
import type { DeviceType } from '../../../shared/contract/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { Clock } from '../clock.ts';
import type { LinewardenConfig } from '../config/index.ts';
import type { Inventory } from '../inventory/index.ts';
import { isSender } from '../senders/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { exporterId } from './plans.ts';

/** Routers send flows each active time-out, 1 minute as recommended. */
const EXPORTER_HEARTBEAT_MS = 60_000;
/** Senders' addresses may be forged: no more than these become devices. */
const MAX_DISCOVERED = 200;
const FORGET_AFTER_MS = 7 * 86_400_000;

/** Exporters that were found, kept over a restart. */
export type ExporterRows = {
  list(): readonly { readonly address: string; readonly heardMs: number }[];
  save(address: string, nowMs: number): void;
  delete(address: string): void;
};

export type ExporterIdentity = { readonly deviceId: string; readonly edgeId: string; readonly customerId: string };

export type ExporterDevices = {
  /** The devices of the file; those that it no longer names go. */
  setNamed(devices: LinewardenConfig['devices']): void;
  resolve(address: string): ExporterIdentity;
  /** An address that sends flows gets its device, unless it has one. */
  discover(address: string): void;
  /** Packets came for this device: one that was removed by hand is made again. */
  heardAgain(id: string): void;
  /** Addresses may have become a router's or a named device's, or be so no longer. */
  rediscover(): void;
  /** False when the id is no exporter that was found. Throws LW_DEVICE_SENDING while it sends. */
  remove(id: string): boolean;
};

export function createExporterDevices(options: {
  readonly inventory: Inventory;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly rows: ExporterRows | undefined;
  /** The addresses whose flows were counted since the collector started. */
  readonly heard: () => readonly string[];
  readonly onProblem: (area: string, sentence: string | undefined) => void;
}): ExporterDevices {
  const { inventory, clock, logger, rows, heard, onProblem } = options;
  let named: LinewardenConfig['devices'] = [];
  /** Ids of the exporters that the file names. */
  const provided = new Set<string>();
  /** Address to id of the exporters that were made when their flows came. */
  const discovered = new Map<string, string>();
  /** Addresses that were removed by hand and have not sent since. */
  const removed = new Set<string>();
  /** Addresses of the sample network's routers: once they are gone, what was heard of them is no exporter. */
  const sampled = new Set<string>();
  let isRestored = false;

  const register = (
    { id, name, address, type }: { id: string; name: string; address: string; type?: DeviceType | undefined },
    provisioned: boolean,
  ): void => {
    const selector = `exporter=${JSON.stringify(address)}`;
    inventory.register({
      id,
      name,
      kind: 'exporter',
      ...(type !== undefined && { type }),
      address,
      provisioned,
      sample: false,
      selector,
      telemetry: 'required',
      telemetrySelector: `linewarden_flow_last_packet_timestamp_seconds{${selector}}`,
      heartbeatMs: EXPORTER_HEARTBEAT_MS,
      intervalMs: EXPORTER_HEARTBEAT_MS,
      labels: {},
    });
  };

  const routerAt = (address: string) =>
    inventory.list().find((device) => device.kind === 'router' && device.address === address);

  const resolve = (address: string): ExporterIdentity => {
    const entry = named.find(({ addresses }) => addresses.includes(address));
    const router = routerAt(address);
    if (router?.sample === true) sampled.add(address);
    const deviceId = router?.id ?? entry?.id ?? exporterId(address);
    return { deviceId, edgeId: entry?.labels['edge_id'] ?? '', customerId: entry?.labels['customer_id'] ?? '' };
  };

  /** Polled devices are not the flows' to make or remove. */
  const isPolled = (id: string): boolean => {
    const kind = inventory.get(id)?.kind;
    return kind !== undefined && kind !== 'exporter';
  };

  const unregister = (id: string): void => {
    if (!isPolled(id)) inventory.unregister(id);
  };

  /** A state.db that refuses must not keep flows from being counted; it tells its own trouble. */
  const stored = (write: (kept: ExporterRows) => void): void => {
    if (rows === undefined) return;
    try {
      write(rows);
    } catch (error) {
      logger.warn({ err: error }, 'an exporter that was found could not be kept for the next start');
    }
  };

  const forget = (address: string): void => {
    const id = discovered.get(address);
    if (id === undefined) return;
    discovered.delete(address);
    if (!provided.has(id)) unregister(id);
    stored((kept) => kept.delete(address));
  };

  const add = (address: string, id: string): void => {
    discovered.set(address, id);
    register({ id, name: address, address }, false);
  };

  const tellLimit = (isReached: boolean): void =>
    onProblem(
      'flow exporters',
      isReached
        ? `More than ${MAX_DISCOVERED} senders of flows were found; further ones are no devices. Remove those that are silent, or name yours under devices in the config.`
        : undefined,
    );

  const forgetIdle = (): void => {
    for (const [address, id] of discovered) {
      const heardMs = inventory.get(id)?.lastSeenMs;
      if (typeof heardMs === 'number' && clock.now() - heardMs > FORGET_AFTER_MS) forget(address);
    }
  };

  const discover = (address: string): void => {
    const { deviceId } = resolve(address);
    if (removed.has(address) || sampled.has(address) || inventory.get(deviceId) !== undefined) return;
    if (discovered.size >= MAX_DISCOVERED) forgetIdle();
    if (discovered.size >= MAX_DISCOVERED) {
      tellLimit(true);
      return;
    }
    add(address, deviceId);
    stored((kept) => kept.save(address, clock.now()));
  };

  /** Those of the run before, so that their silence is seen. */
  const restore = (): void => {
    if (isRestored || rows === undefined) return;
    isRestored = true;
    for (const { address, heardMs } of rows.list()) {
      const id = exporterId(address);
      const isIdle = clock.now() - heardMs > FORGET_AFTER_MS;
      if (isIdle || resolve(address).deviceId !== id) stored((kept) => kept.delete(address));
      else if (discovered.size < MAX_DISCOVERED && inventory.get(id) === undefined) add(address, id);
    }
  };

  return {
    setNamed(devices) {
      named = devices;
      // What sends by itself has its device from there.
      const exporters = named.filter((entry) => !isSender(entry));
      const taken = exporters.filter(({ id }) => isPolled(id)).map(({ id }) => JSON.stringify(id));
      onProblem(
        'devices',
        taken.length === 0
          ? undefined
          : `The config names devices with the ids of others that are polled: ${taken.join(', ')}. They are left out; give them other ids.`,
      );
      const wanted = exporters.flatMap(({ id, name, type, addresses: [address = ''] }) =>
        isPolled(id) || routerAt(address) !== undefined ? [] : [{ id, name: name ?? id, address, type }],
      );
      for (const id of provided) if (wanted.every((entry) => entry.id !== id)) unregister(id);
      provided.clear();
      for (const entry of wanted) {
        provided.add(entry.id);
        register(entry, true);
      }
    },
    resolve,
    discover,
    heardAgain(id) {
      if (removed.size === 0 || inventory.get(id) !== undefined) return;
      for (const address of removed) {
        if (exporterId(address) !== id) continue;
        removed.delete(address);
        discover(address);
      }
    },
    rediscover() {
      restore();
      forgetIdle();
      for (const [address, id] of discovered) if (resolve(address).deviceId !== id) forget(address);
      tellLimit(false);
      for (const address of heard()) discover(address);
    },
    remove(id) {
      const [address] = [...discovered].find(([, known]) => known === id) ?? [];
      if (address === undefined) return false;
      const device = inventory.get(id);
      if (device?.state === 'online') {
        throw new LinewardenError('LW_DEVICE_SENDING', `${device.name} still sends flows, and would be found again.`, {
          hint: 'Switch its flow export off first, then remove it.',
        });
      }
      removed.add(address);
      forget(address);
      tellLimit(false);
      return true;
    },
  };
}
