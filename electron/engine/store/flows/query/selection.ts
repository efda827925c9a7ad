// The rows of a block that count for a question, as columns of key numbers with their direction, one entry a row and end.
import { type FlowBlock, type FlowColumn, NO_ADDRESS } from '../types.ts';
import { AddressTable, UNKNOWN } from './address-table.ts';
import type { BlockView } from './block-view.ts';
import { NOBODY } from './owners.ts';
import { NO_TIER, type PlanKey, type RawKey } from './plan.ts';

const MAX_ADDRESSES = 1_000_000;
const BY_END: ReadonlySet<PlanKey> = new Set(['host', 'subscriber', 'tier']);

/** Numbers of a key: a conversation has client, server and service, an interface its exporter and index. */
const widthOf = (key: PlanKey): number =>
  key === 'conversation' ? 3 : key === 'interface' || key === 'in_interface' || key === 'out_interface' ? 2 : 1;

export function columnsOfKey(key: PlanKey): readonly FlowColumn[] {
  switch (key) {
    case 'src':
    case 'dst':
      return ['client', 'server', 'toClient'];
    case 'host':
    case 'client':
    case 'server':
    case 'local':
    case 'peer':
      return ['client', 'server'];
    case 'subscriber':
    case 'tier':
      return ['client', 'server', 'bucketS'];
    case 'conversation':
      return ['client', 'server', 'protocol', 'service'];
    case 'service':
      return ['protocol', 'service'];
    case 'protocol':
    case 'vlan':
    case 'dscp':
      return [key];
    case 'in_interface':
      return ['inInterface'];
    case 'out_interface':
      return ['outInterface'];
    case 'interface':
      return ['inInterface', 'outInterface'];
    case 'exporter':
      return [];
  }
}

export class Selection {
  /** Entries in use of the arrays below. */
  size = 0;
  rows = new Uint32Array(0);
  /** 1: inwards. */
  isIn = new Uint8Array(0);
  valid = new Uint8Array(0);
  columns: Uint32Array[];
  readonly by: readonly PlanKey[];
  readonly #addresses = new AddressTable(MAX_ADDRESSES);
  readonly #exporters: string[] = [];
  readonly #hasEnds: boolean;
  readonly #hasInterfaces: boolean;
  #ids = new Uint32Array(0);
  /** 0 client, 1 server: the end that an entry is of. */
  #end = new Uint8Array(0);
  /** 0 in, 1 out. */
  #side = new Uint8Array(0);
  #knownOnly = false;

  constructor(by: readonly PlanKey[]) {
    this.by = by;
    this.#hasEnds = by.some((key) => BY_END.has(key));
    this.#hasInterfaces = by.includes('interface');
    this.columns = by.flatMap((key) => Array.from({ length: widthOf(key) }, () => new Uint32Array(0)));
  }

  get width(): number {
    return this.columns.length;
  }

  /** Each row has one entry, with the direction that it has in the total too. */
  get isEachRowOnce(): boolean {
    const isByInterface = this.by.length === 1 && (this.by[0] === 'in_interface' || this.by[0] === 'out_interface');
    return !this.#hasEnds && !this.#hasInterfaces && !isByInterface && !this.by.includes('client');
  }

  get isFull(): boolean {
    return this.#addresses.isFull;
  }

  /** The number of an address; UNKNOWN where it has none and gets none. */
  idOf(words: Uint32Array, at: number): number {
    return this.#knownOnly ? this.#addresses.find(words, at) : this.#addresses.add(words, at);
  }

  /** From now on addresses that were not met before are nobody's group. */
  freeze(): void {
    this.#knownOnly = true;
  }

  /** @param mask 1 for the rows that count; undefined: all */
  take(view: BlockView, mask: Uint8Array | undefined): void {
    const { block } = view;
    this.#reserve(block.rows * (this.#hasEnds ? 2 : 1) * (this.#hasInterfaces ? 2 : 1), block.addresses.length / 4);
    this.#chooseEntries(view, mask);
    this.valid.fill(this.#hasEnds && view.block.kind === 'other' ? 0 : 1, 0, this.size);
    this.#directions(view);
    let column = 0;
    for (const key of this.by) {
      this.#fill(key, view, column);
      column += widthOf(key);
    }
  }

  /** Squeezes out the entries that are of no group; only rows, directions and their groups are of use then. */
  dropInvalid(groups: Uint32Array): void {
    let size = 0;
    for (let i = 0; i < this.size; i++) {
      if (this.valid[i] === 0) continue;
      this.rows[size] = this.rows[i] ?? 0;
      this.isIn[size] = this.isIn[i] ?? 0;
      groups[size] = groups[i] ?? 0;
      size++;
    }
    this.size = size;
  }

  #reserve(entries: number, addresses: number): void {
    if (this.rows.length < entries) {
      const room = entries * 2;
      this.rows = new Uint32Array(room);
      this.isIn = new Uint8Array(room);
      this.valid = new Uint8Array(room);
      this.#end = new Uint8Array(room);
      this.#side = new Uint8Array(room);
      this.columns = this.columns.map(() => new Uint32Array(room));
    }
    if (this.#ids.length < addresses) this.#ids = new Uint32Array(addresses * 2);
    this.#ids.fill(UNKNOWN, 0, addresses);
  }

  /** Each row once, once for each of its ends, or for each of its interfaces, as the keys ask. */
  #chooseEntries(view: BlockView, mask: Uint8Array | undefined): void {
    const { rows, client, server } = view.block;
    const onlyOwned = this.#hasEnds && !this.by.includes('host');
    const isTold = view.block.addresses.length > 0;
    const local = this.#hasEnds ? view.localIsClient() : undefined;
    let size = 0;
    if (local === undefined && !this.#hasInterfaces) {
      const own = this.rows;
      for (let row = 0; row < rows; row++) if (mask === undefined || mask[row] === 1) own[size++] = row;
      this.size = size;
      return;
    }
    const { kind } = view.block;
    for (let row = 0; row < rows; row++) {
      if (mask !== undefined && mask[row] === 0) continue;
      let takesClient = true;
      let takesServer = !onlyOwned;
      if (local === undefined) takesServer = false;
      else if (kind !== 'other') {
        // Of `other` nobody knows whose it is: beside the groups, as often as it would have counted.
        takesClient = isTold && client[row] !== NO_ADDRESS;
        takesServer = isTold && server[row] !== NO_ADDRESS;
        if (onlyOwned) {
          const clientOwned = takesClient && view.owner(client, row) !== NOBODY;
          const serverOwned = takesServer && view.owner(server, row) !== NOBODY;
          // Nobody's: once, as the end inside has it. Of a row that tells one end the other one says whose it is.
          const isNobodys = !clientOwned && !serverOwned && takesClient && takesServer;
          takesClient = clientOwned || (isNobodys && local[row] === 1);
          takesServer = serverOwned || (isNobodys && local[row] !== 1);
        }
      }
      if (takesClient) size = this.#entry(size, row, 0);
      if (takesServer) size = this.#entry(size, row, 1);
    }
    this.size = size;
  }

  #entry(size: number, row: number, end: number): number {
    this.rows[size] = row;
    this.#end[size] = end;
    this.#side[size] = 0;
    if (!this.#hasInterfaces) return size + 1;
    this.rows[size + 1] = row;
    this.#end[size + 1] = end;
    this.#side[size + 1] = 1;
    return size + 2;
  }

  #directions(view: BlockView): void {
    const { toClient } = view.block;
    const { size, rows, isIn } = this;
    const side = this.by.includes('in_interface') ? 0 : 1;
    if (this.#hasEnds) {
      for (let i = 0; i < size; i++) isIn[i] = (toClient[rows[i] ?? 0] ?? 0) === 1 - (this.#end[i] ?? 0) ? 1 : 0;
    } else if (this.#hasInterfaces) {
      for (let i = 0; i < size; i++) isIn[i] = 1 - (this.#side[i] ?? 0);
    } else if (this.by.length === 1 && (this.by[0] === 'in_interface' || this.by[0] === 'out_interface')) {
      isIn.fill(1 - side, 0, size);
    } else if (this.by.includes('client')) {
      for (let i = 0; i < size; i++) isIn[i] = toClient[rows[i] ?? 0] ?? 0;
    } else {
      const local = view.localIsClient();
      for (let i = 0; i < size; i++) isIn[i] = local[rows[i] ?? 0] === toClient[rows[i] ?? 0] ? 1 : 0;
    }
  }

  #fill(key: PlanKey, view: BlockView, at: number): void {
    const { block } = view;
    const column = this.columns[at] ?? this.rows;
    const second = this.columns[at + 1] ?? this.rows;
    const third = this.columns[at + 2] ?? this.rows;
    switch (key) {
      case 'host':
        return this.#address(block, column, this.#end, 1);
      case 'src':
        // The server sends what goes to the client.
        return this.#address(block, column, this.#byRow(block.toClient), 1);
      case 'dst':
        return this.#address(block, column, this.#byRow(block.toClient), 0);
      case 'client':
        return this.#address(block, column, undefined, 0);
      case 'server':
        return this.#address(block, column, undefined, 1);
      case 'local':
        return this.#hasEnds
          ? this.#address(block, column, this.#end, 1)
          : this.#address(block, column, this.#byRow(view.localIsClient()), 0);
      case 'peer':
        return this.#hasEnds
          ? this.#address(block, column, this.#end, 0)
          : this.#address(block, column, this.#byRow(view.localIsClient()), 1);
      case 'conversation':
        this.#address(block, column, undefined, 0);
        this.#address(block, second, undefined, 1);
        return this.#service(block, third);
      case 'service':
        return this.#service(block, column);
      case 'protocol':
      case 'vlan':
      case 'dscp':
        return this.#copy(block[key], column);
      case 'exporter':
        return void column.fill(this.#exporter(block.exporter), 0, this.size);
      case 'in_interface':
      case 'out_interface':
        column.fill(this.#exporter(block.exporter), 0, this.size);
        return this.#copy(key === 'in_interface' ? block.inInterface : block.outInterface, second);
      case 'interface':
        column.fill(this.#exporter(block.exporter), 0, this.size);
        for (let i = 0; i < this.size; i++) {
          const row = this.rows[i] ?? 0;
          second[i] = (this.#side[i] === 0 ? block.inInterface[row] : block.outInterface[row]) ?? 0;
        }
        return;
      case 'subscriber':
      case 'tier':
        return this.#owner(key, view, column);
    }
  }

  #rowScratch = new Uint8Array(0);
  #byRow(flags: Uint32Array | Uint8Array): Uint8Array {
    if (this.#rowScratch.length < this.size) this.#rowScratch = new Uint8Array(this.rows.length);
    for (let i = 0; i < this.size; i++) this.#rowScratch[i] = flags[this.rows[i] ?? 0] ?? 0;
    return this.#rowScratch;
  }

  /** The server's address where the flag is `serverWhen`, else the client's; without flags 0 is the client. */
  #address(block: FlowBlock, column: Uint32Array, flags: Uint8Array | undefined, serverWhen: number): void {
    const { client, server, addresses } = block;
    const ids = this.#ids;
    for (let i = 0; i < this.size; i++) {
      const row = this.rows[i] ?? 0;
      const isServer = flags === undefined ? serverWhen === 1 : flags[i] === serverWhen;
      const end = (isServer ? server[row] : client[row]) ?? NO_ADDRESS;
      if (end === NO_ADDRESS || addresses.length === 0) {
        this.valid[i] = 0;
        continue;
      }
      let id = ids[end] ?? UNKNOWN;
      if (id === UNKNOWN) {
        id = this.idOf(addresses, end * 4);
        ids[end] = id;
        if (id === UNKNOWN) this.valid[i] = 0;
      }
      column[i] = id;
    }
  }

  #service({ protocol, service }: FlowBlock, column: Uint32Array): void {
    for (let i = 0; i < this.size; i++) {
      const row = this.rows[i] ?? 0;
      column[i] = ((protocol[row] ?? 0) << 16) | (service[row] ?? 0);
    }
  }

  #copy(from: Uint32Array, column: Uint32Array): void {
    for (let i = 0; i < this.size; i++) column[i] = from[this.rows[i] ?? 0] ?? 0;
  }

  #exporter(address: string): number {
    const known = this.#exporters.indexOf(address);
    return known === -1 ? this.#exporters.push(address) - 1 : known;
  }

  /** One more than the owner's or the tier's number; 0 is none. */
  #owner(key: 'subscriber' | 'tier', view: BlockView, column: Uint32Array): void {
    const { client, server } = view.block;
    for (let i = 0; i < this.size; i++) {
      const owner = view.owner(this.#end[i] === 0 ? client : server, this.rows[i] ?? 0);
      if (key === 'subscriber' || owner === NOBODY) column[i] = owner + 1;
      else {
        const tier = view.owners?.tierOf(owner) ?? NO_TIER;
        column[i] = tier === NO_TIER ? 0 : tier + 1;
      }
    }
  }

  /** What the numbers of one group stand for. */
  rawKeys(keys: Uint32Array, from: number): RawKey[] {
    let at = from;
    return this.by.map((key) => {
      const raw = this.#raw(key, keys[at] ?? 0, keys[at + 1] ?? 0, keys[at + 2] ?? 0);
      at += widthOf(key);
      return raw;
    });
  }

  #raw(key: PlanKey, a: number, b: number, c: number): RawKey {
    switch (key) {
      case 'conversation':
        return {
          kind: 'conversation',
          client: this.#addresses.words(a),
          server: this.#addresses.words(b),
          protocol: c >>> 16,
          service: c & 0xffff,
        };
      case 'service':
        return { kind: 'service', protocol: a >>> 16, service: a & 0xffff };
      case 'protocol':
      case 'vlan':
      case 'dscp':
        return { kind: 'number', value: a };
      case 'exporter':
        return { kind: 'exporter', exporter: this.#exporters[a] ?? '' };
      case 'in_interface':
      case 'out_interface':
      case 'interface':
        return { kind: 'interface', exporter: this.#exporters[a] ?? '', index: b };
      case 'subscriber':
        return { kind: 'owner', number: a - 1 };
      case 'tier':
        return { kind: 'tier', number: a - 1 };
      case 'src':
      case 'dst':
      case 'host':
      case 'local':
      case 'peer':
      case 'client':
      case 'server':
        return { kind: 'address', words: this.#addresses.words(a) };
    }
  }
}
