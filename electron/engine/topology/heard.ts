// Who heard whom through which port, also a while ago: a link that is cut is still a link of the map.
import type { HostSeen, NeighbourSeen } from '../observations/index.ts';
import { cleanText, normalizeAddress, normalizeMac } from '../observations/index.ts';

/** One device's word that another is at its port. */
export type Mention = {
  readonly by: string;
  /** Of the device that tells; empty where it did not say. */
  readonly port: string;
  readonly mac: string;
  readonly address: string;
  readonly identity: string;
  readonly detail: string;
  readonly softwareId: string;
  readonly remotePort: string;
  atMs: number;
  /** It was in what the device told last. */
  isNow: boolean;
  /** The device that it was recognised as last: one that is offline cannot say which MACs are its own. */
  deviceId?: string | undefined;
};

const DAY_MS = 86_400_000;
/** Of one device; more than any has are a mistake, or an attack. */
const MAX_EACH = 512;
const MAX_ALL = 8_000;
const MAX_TEXT = 64;

const keyOf = ({ by, mac, address, port }: Mention): string => `${by}\n${mac || address}\n${port}`;
const text = (told: string | undefined): string => cleanText(told ?? '', MAX_TEXT);

export class HeardTable {
  readonly #mentions = new Map<string, Mention>();

  get size(): number {
    return this.#mentions.size;
  }

  all(): IterableIterator<Mention> {
    return this.#mentions.values();
  }

  restore(mentions: Iterable<Mention>): void {
    for (const mention of mentions) {
      if (this.#mentions.size >= MAX_ALL) return;
      this.#mentions.set(keyOf(mention), { ...mention, isNow: false });
    }
  }

  /** All neighbours that the device has now, of one source; true where that changes who is next to whom. */
  tell(by: string, source: string, rows: readonly NeighbourSeen[], atMs: number): boolean {
    const told = rows.slice(0, MAX_EACH).map((row): Mention => ({
      by,
      port: source === 'mndp' ? '' : text(row.interface),
      mac: normalizeMac(row.mac) ?? '',
      address: normalizeAddress(row.address ?? '') ?? '',
      identity: text(row.identity),
      detail: text(row.board ?? row.platform),
      softwareId: text(row.softwareId),
      remotePort: text(row.remoteInterface),
      atMs,
      isNow: true,
    }));
    return this.#take(by, told, (mention) => mention.remotePort !== HOST);
  }

  /** Of all hosts that the device sees, those that `isWanted`. */
  tellHosts(by: string, rows: readonly HostSeen[], isWanted: (row: HostSeen) => boolean, atMs: number): boolean {
    const told: Mention[] = [];
    for (const row of rows) {
      if (told.length >= MAX_EACH) break;
      if (row.interface === undefined || !isWanted(row)) continue;
      told.push({
        by,
        port: text(row.interface),
        mac: normalizeMac(row.mac ?? '') ?? '',
        address: normalizeAddress(row.address) ?? '',
        identity: '',
        detail: '',
        softwareId: '',
        remotePort: HOST,
        atMs,
        isNow: true,
      });
    }
    return this.#take(by, told, (mention) => mention.remotePort === HOST);
  }

  #take(by: string, told: readonly Mention[], isOfKind: (mention: Mention) => boolean): boolean {
    let changed = false;
    const now = new Set<string>();
    /** A neighbour that is heard at another port has moved. */
    const moved = new Set<string>();
    for (const mention of told) {
      if (mention.mac === '' && mention.address === '') continue;
      const key = keyOf(mention);
      now.add(key);
      moved.add(mention.mac || mention.address);
      const before = this.#mentions.get(key);
      changed ||= before === undefined || !before.isNow || !isSame(before, mention);
      if (before === undefined && this.#mentions.size >= MAX_ALL) continue;
      this.#mentions.set(key, { ...mention, deviceId: before?.deviceId });
    }
    for (const [key, mention] of this.#mentions) {
      if (mention.by !== by || !isOfKind(mention) || now.has(key)) continue;
      changed ||= mention.isNow;
      if (moved.has(mention.mac || mention.address)) this.#mentions.delete(key);
      else mention.isNow = false;
    }
    return changed;
  }

  /** What is not heard any more goes after a day; a week where it is a device that is watched. */
  expire(nowMs: number, isWatched: (id: string) => boolean): void {
    for (const [key, { by, isNow, atMs, deviceId }] of this.#mentions) {
      const keptMs = deviceId !== undefined && isWatched(deviceId) ? 7 * DAY_MS : DAY_MS;
      if (!isWatched(by) ? nowMs - atMs > 7 * DAY_MS : !isNow && nowMs - atMs > keptMs) this.#mentions.delete(key);
    }
  }
}

/** In the place of a remote port: the mention is of a host in a table of addresses, which names no port. */
export const HOST = '\u0000host';

const isSame = (a: Mention, b: Mention): boolean =>
  a.address === b.address &&
  a.identity === b.identity &&
  a.detail === b.detail &&
  a.softwareId === b.softwareId &&
  a.remotePort === b.remotePort;
