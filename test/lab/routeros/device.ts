// A simulated router's state: interfaces with counters, sensors, uptime.
import type { NetworkSpec } from './network.ts';
import { dayCurve, noise, Traffic } from './traffic.ts';
import type { Word } from './wire.ts';

export type InterfaceSpec = {
  readonly name: Word;
  /** Default: ether. */
  readonly type?: string;
  readonly comment?: Word;
  readonly defaultName?: string;
  readonly mac?: string;
  readonly mtu?: number;
  /** Mean traffic, bits per second; default 0. */
  readonly rxBps?: number;
  readonly txBps?: number;
  /** Two ports with the same seeds, crosswise, carry the same: two ends of one link. */
  readonly rxSeed?: number;
  readonly txSeed?: number;
  readonly down?: boolean;
  readonly disabled?: boolean;
  /** For type vlan. */
  readonly vlanId?: number;
  readonly parent?: string;
};

/** Of a port without one of its own: different for each router and port. */
export const portMac = (seed: number, index: number): string =>
  `02:00:00:${[seed >> 8, seed, index].map((byte) => (byte & 255).toString(16).padStart(2, '0')).join(':')}`.toUpperCase();

const MEAN_PACKET_BYTES = 850;

export class SimulatedInterface {
  readonly spec: InterfaceSpec;
  readonly index: number;
  linkDowns = 0;
  readonly #rx: Traffic;
  readonly #tx: Traffic;
  #down: boolean;
  #disabled: boolean;
  /** Counters up to here; they grow on from `sinceMs` while the link is up. */
  #rxBytes = 0;
  #txBytes = 0;
  #sinceMs: number;

  constructor(spec: InterfaceSpec, index: number, seed: number, bootMs: number) {
    this.spec = spec;
    this.index = index;
    this.#rx = new Traffic((spec.rxBps ?? 0) / 8, spec.rxSeed ?? seed);
    this.#tx = new Traffic((spec.txBps ?? 0) / 8, spec.txSeed ?? seed ^ 0x5555);
    this.#down = spec.down ?? false;
    this.#disabled = spec.disabled ?? false;
    this.#sinceMs = bootMs;
  }

  get running(): boolean {
    return !this.#down && !this.#disabled;
  }

  get disabled(): boolean {
    return this.#disabled;
  }

  set(nowMs: number, change: { down?: boolean; disabled?: boolean }): void {
    const counters = this.counters(nowMs);
    const wasRunning = this.running;
    this.#down = change.down ?? this.#down;
    this.#disabled = change.disabled ?? this.#disabled;
    [this.#rxBytes, this.#txBytes, this.#sinceMs] = [counters.rxBytes, counters.txBytes, nowMs];
    if (wasRunning && !this.running) this.linkDowns++;
  }

  reset(bootMs: number): void {
    [this.#rxBytes, this.#txBytes, this.#sinceMs, this.linkDowns] = [0, 0, bootMs, 0];
  }

  /** bit/s, as monitor-traffic tells them. */
  rates(nowMs: number): { rxBps: number; txBps: number } {
    const rate = (traffic: Traffic): number => (this.running ? Math.floor(8 * traffic.rate(nowMs)) : 0);
    return { rxBps: rate(this.#rx), txBps: rate(this.#tx) };
  }

  counters(nowMs: number): { rxBytes: number; txBytes: number; rxPackets: number; txPackets: number } {
    const grow = (traffic: Traffic): number => (this.running ? traffic.amount(this.#sinceMs, nowMs) : 0);
    const rxBytes = Math.floor(this.#rxBytes + grow(this.#rx));
    const txBytes = Math.floor(this.#txBytes + grow(this.#tx));
    return {
      rxBytes,
      txBytes,
      rxPackets: Math.floor(rxBytes / MEAN_PACKET_BYTES),
      txPackets: Math.floor(txBytes / MEAN_PACKET_BYTES),
    };
  }
}

export type DeviceOptions = {
  readonly version: string;
  readonly identity: Word;
  readonly boardName: string;
  readonly serial: string;
  readonly username: string;
  readonly group: string;
  readonly policies: readonly string[];
  /** `none`: a board (or CHR) without sensors. */
  readonly health: 'full' | 'none';
  /** Menus that it does not have, with all below them: a package that is not installed. */
  readonly without: readonly string[];
  readonly interfaces: readonly InterfaceSpec[];
  readonly seed: number;
  readonly uptimeSeconds: number;
  readonly now: () => number;
  /** Installed packages; left out, those that a router of the version comes with. */
  readonly packages?: readonly string[];
  /** What is behind it; nothing where left out. */
  readonly network?: NetworkSpec;
};

export class SimulatedDevice {
  readonly options: DeviceOptions;
  readonly interfaces: readonly SimulatedInterface[];
  readonly major: number;
  readonly minor: number;
  identity: Word;
  #bootMs: number;

  constructor(options: DeviceOptions) {
    this.options = options;
    this.identity = options.identity;
    const [major = '7', minor = '0'] = options.version.split('.');
    this.major = Number(major);
    this.minor = Number.parseInt(minor, 10);
    this.#bootMs = options.now() - options.uptimeSeconds * 1_000;
    this.interfaces = options.interfaces.map(
      (spec, i) => new SimulatedInterface(spec, i + 1, options.seed * 1_009 + i * 31, this.#bootMs),
    );
  }

  atLeast(major: number, minor: number): boolean {
    return this.major > major || (this.major === major && this.minor >= minor);
  }

  get packages(): readonly string[] {
    return this.options.packages ?? (this.major >= 7 ? ['routeros'] : ['routeros-arm', 'system', 'wireless']);
  }

  get nowMs(): number {
    return this.options.now();
  }

  get uptimeSeconds(): number {
    return Math.max(0, Math.floor((this.nowMs - this.#bootMs) / 1_000));
  }

  get cpuLoadPercent(): number {
    const load = 14 + 9 * dayCurve(this.nowMs) + 6 * noise(this.options.seed, this.nowMs);
    return Math.min(100, Math.max(1, Math.round(load)));
  }

  get temperatureC(): number {
    return Math.round(41 + 4 * dayCurve(this.nowMs) + 1.5 * noise(this.options.seed + 1, this.nowMs, 30_000));
  }

  get voltageV(): number {
    return Math.round((24.1 + 0.2 * noise(this.options.seed + 2, this.nowMs, 15_000)) * 10) / 10;
  }

  get freeMemoryBytes(): number {
    return Math.round((612 + 40 * noise(this.options.seed + 3, this.nowMs, 20_000)) * 1_048_576);
  }

  setInterface(name: string, change: { down?: boolean; disabled?: boolean }): void {
    const found = this.interfaces.find(({ spec }) => spec.name === name);
    if (found === undefined) throw new Error(`no interface ${name}`);
    found.set(this.nowMs, change);
  }

  /** Uptime and counters begin anew. */
  reboot(): void {
    this.#bootMs = this.nowMs;
    for (const each of this.interfaces) each.reset(this.#bootMs);
  }
}

/** "1w2d3h4m5s", as v6 and v7 write an uptime. */
export function uptimeText(totalSeconds: number): string {
  let rest = totalSeconds;
  let text = '';
  for (const [unit, seconds] of [
    ['w', 604_800],
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
  ] as const) {
    const count = Math.floor(rest / seconds);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * seconds;
  }
  return rest > 0 || text === '' ? `${text}${rest}s` : text;
}
