// What is behind a simulated router: customers that come and go, hosts, neighbours, peers. All of it is a function of time,
// so that it is the same however often and by whomever it is asked.
import type { SimulatedDevice } from './device.ts';
import { random, Traffic } from './traffic.ts';

export type PppUser = {
  readonly name: string;
  readonly service?: 'pppoe' | 'l2tp' | 'pptp' | 'sstp' | 'ovpn';
  readonly profile?: string;
  readonly comment?: string;
  /** Down/up, bit/s: the router makes a queue of it for each session. */
  readonly limits?: readonly [down: number, up: number];
  /** true: never away. */
  readonly always?: boolean;
};

export type QueueSpec = {
  readonly name: string;
  readonly address: string;
  readonly comment?: string;
  readonly limits: readonly [down: number, up: number];
};

export type NeighbourSpec = {
  /** Of this router: where that one is plugged in. While it is down, nothing is heard. */
  readonly interface: string;
  readonly identity: string;
  readonly address: string;
  readonly mac: string;
  readonly board: string;
  readonly version: string;
  readonly remoteInterface: string;
  readonly softwareId?: string;
};

export type PeerSpec = { readonly name: string; readonly address: string; readonly isFixed?: boolean };

export type NetworkSpec = {
  /** How many times faster customers come and go; 1 where left out. */
  readonly pace?: number;
  readonly ppp?: readonly PppUser[];
  readonly guests?: readonly string[];
  readonly queues?: readonly QueueSpec[];
  /** Names of hosts with a lease; `leases` more without one. */
  readonly hosts?: readonly string[];
  readonly leases?: number;
  readonly staticNames?: Readonly<Record<string, string>>;
  readonly neighbours?: readonly NeighbourSpec[];
  readonly wireguard?: readonly PeerSpec[];
  readonly wirelessClients?: number;
  readonly managesAccessPoints?: boolean;
  readonly w60g?: readonly string[];
  readonly hasLte?: boolean;
  readonly tunnels?: boolean;
  readonly ipsec?: boolean;
  /** AS number, and address of each BGP peer. */
  readonly bgp?: Readonly<Record<string, string>>;
  readonly ospf?: readonly { readonly routerId: string; readonly address: string; readonly interface: string }[];
  readonly kids?: readonly string[];
  readonly containers?: readonly string[];
};

/** Of a text; for seeds. */
export function hash(text: string): number {
  let value = 7;
  for (const character of text) value = (Math.imul(value, 31) + character.charCodeAt(0)) >>> 0;
  return value;
}

export const seedOf = (device: SimulatedDevice, name: string): number =>
  (hash(name) ^ (device.options.seed * 7_919)) >>> 0;

export const bootMsOf = (device: SimulatedDevice): number => device.nowMs - device.uptimeSeconds * 1_000;

/**
 * Since when somebody is connected, ms, or undefined while away: for a while of 10 minutes to 2 hours, then away for
 * 20 seconds to 2 minutes, and so on; at a faster pace never for less than 9 and 3 seconds.
 */
export function connectedSince(device: SimulatedDevice, name: string): number | undefined {
  const next = random(seedOf(device, name));
  const pace = device.options.network?.pace ?? 1;
  const cycleMs = Math.max(12_000, ((10 + 110 * next()) * 60_000) / pace);
  const awayMs = Math.max(3_000, (20_000 + 100_000 * next()) / pace);
  const offsetMs = cycleMs * next();
  const cycle = Math.floor((device.nowMs + offsetMs) / cycleMs);
  const startMs = Math.max(cycle * cycleMs - offsetMs + awayMs, bootMsOf(device) + 3_000);
  return device.nowMs < startMs ? undefined : startMs;
}

export type Session = { readonly sinceMs: number; readonly uploadBytes: number; readonly downloadBytes: number };

/** What somebody moved since then; some take ten times as much as others. */
export function movedSince(device: SimulatedDevice, name: string, sinceMs: number): Session {
  const seed = seedOf(device, name);
  const meanBps = 0.2e6 * 10 ** (1.3 * random(seed ^ 0x77)());
  const amount = (mean: number, own: number): number =>
    Math.floor(new Traffic(mean / 8, own).amount(sinceMs, device.nowMs));
  return { sinceMs, uploadBytes: amount(meanBps / 8, seed ^ 1), downloadBytes: amount(meanBps, seed) };
}

/** bit/s now. */
export function rateNow(device: SimulatedDevice, name: string): { readonly up: number; readonly down: number } {
  const seed = seedOf(device, name);
  const meanBps = 0.2e6 * 10 ** (1.3 * random(seed ^ 0x77)());
  const rate = (mean: number, own: number): number => Math.floor(8 * new Traffic(mean / 8, own).rate(device.nowMs));
  return { up: rate(meanBps / 8, seed ^ 1), down: rate(meanBps, seed) };
}

export function session(device: SimulatedDevice, name: string, always = false): Session | undefined {
  const sinceMs = always ? bootMsOf(device) : connectedSince(device, name);
  return sinceMs === undefined ? undefined : movedSince(device, name, sinceMs);
}

/** Locally administered, and different for each name. */
export function macOf(name: string): string {
  const hex = hash(name).toString(16).padStart(8, '0').toUpperCase();
  return `06:00:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}:${hex.slice(6, 8)}`;
}

export const secondsSince = (device: SimulatedDevice, sinceMs: number): number =>
  Math.max(0, Math.floor((device.nowMs - sinceMs) / 1_000));
