// Which groups of one week's file a series is in, kept in memory and brought up to date by what was added.
import type Database from 'better-sqlite3';
import { ByteReader, ByteWriter } from '../codec/bytes.ts';

export class Membership {
  readonly #newGroups: Database.Statement<[number], { id: number; members: Buffer }>;
  readonly #members = new Map<number, Float64Array>();
  /** Most series are in one group only. */
  readonly #groupsOf = new Map<number, number | number[]>();
  /** Groups that are not in #groupsOf yet: that is filled when it is asked, which a writer may not do for a day. */
  #unindexed: number[] = [];
  #lastGroup = 0;

  constructor(db: Database.Database) {
    this.#newGroups = db.prepare('SELECT id, members FROM grp WHERE id > ? ORDER BY id');
  }

  /** Reads the groups that were added since. */
  refresh(): void {
    for (const { id, members } of this.#newGroups.all(this.#lastGroup)) {
      const ids = decodeMembers(members);
      this.#members.set(id, ids);
      this.#unindexed.push(id);
      this.#lastGroup = id;
    }
  }

  groupsOf(seriesId: number): readonly number[] {
    for (const group of this.#unindexed) for (const id of this.membersOf(group)) this.#add(id, group);
    this.#unindexed = [];
    const groups = this.#groupsOf.get(seriesId);
    if (groups === undefined) return [];
    return typeof groups === 'number' ? [groups] : groups;
  }

  /** Series ids by place. */
  membersOf(group: number): Float64Array {
    return this.#members.get(group) ?? new Float64Array();
  }

  #add(seriesId: number, group: number): void {
    const groups = this.#groupsOf.get(seriesId);
    if (groups === undefined) this.#groupsOf.set(seriesId, group);
    else if (typeof groups === 'number') this.#groupsOf.set(seriesId, [groups, group]);
    else groups.push(group);
  }
}

/** Ids as zigzag differences. */
export function encodeMembers(ids: ArrayLike<number>): Uint8Array {
  const out = new ByteWriter(64);
  let before = 0;
  for (let i = 0; i < ids.length; i++) {
    out.zigzag(ids[i]! - before);
    before = ids[i]!;
  }
  return out.take();
}

function decodeMembers(members: Uint8Array): Float64Array {
  const from = new ByteReader(members);
  const ids: number[] = [];
  let id = 0;
  while (from.remaining > 0) {
    id += from.zigzag();
    ids.push(id);
  }
  return Float64Array.from(ids);
}
