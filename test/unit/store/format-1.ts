// A data folder as the first format's program left it: its schema, and rows that it wrote, byte by byte.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';

const WEEK_SCHEMA = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE series (id INTEGER PRIMARY KEY, labels TEXT NOT NULL);
  CREATE TABLE grp (id INTEGER PRIMARY KEY, members BLOB NOT NULL UNIQUE);
  CREATE TABLE chunk (id INTEGER PRIMARY KEY, grp INTEGER NOT NULL, tier INTEGER NOT NULL, start INTEGER NOT NULL,
    "end" INTEGER NOT NULL, samples INTEGER NOT NULL, wal_seq INTEGER NOT NULL, body BLOB NOT NULL);
  CREATE INDEX chunk_time ON chunk (grp, tier, start, "end", samples);
  CREATE INDEX chunk_seq ON chunk (wal_seq);
  INSERT INTO meta VALUES ('format', 1);
`;
const HEAD_SCHEMA = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE series (id INTEGER PRIMARY KEY AUTOINCREMENT, hash INTEGER NOT NULL, labels TEXT NOT NULL);
  CREATE INDEX series_hash ON series (hash);
  CREATE TABLE wal (seq INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, body BLOB NOT NULL);
  INSERT INTO meta VALUES ('format', 1);
`;

/** The Monday of 2026-W47. */
export const MONDAY = Date.UTC(2026, 10, 16);
const HALF_HOUR = 1_800_000;

/**
 * Series a: 1 at Sunday 23:00, 2 at 23:30, 3 at Monday 00:00 (in the later week's file, as that format had it), 4 at 00:30,
 * 5 at 01:00, 6 at 23:00, 7 at Tuesday 00:00, 8 at 01:00, 9 at 02:00. Series b: 10.5 to 14.5 at the first five of these times
 * and 15.5 at the last. The samples of Tuesday 02:00 are in the wal.
 */
export function writeFormat1(dir: string): void {
  mkdirSync(path.join(dir, 'metrics'));
  const week = (
    name: string,
    chunks: readonly [grp: number, start: number, end: number, count: number, hex: string][],
  ) => {
    const db = new Database(path.join(dir, 'metrics', name));
    db.exec(WEEK_SCHEMA);
    db.exec(`INSERT INTO series VALUES (1, '["__name__","a"]'), (2, '["__name__","b"]')`);
    db.exec("INSERT INTO grp VALUES (1, x'0202'), (2, x'02')");
    const insert = db.prepare(
      'INSERT INTO chunk (grp, tier, start, "end", samples, wal_seq, body) VALUES (?, 0, ?, ?, ?, 3, ?)',
    );
    for (const [grp, start, end, count, hex] of chunks) insert.run(grp, start, end, count, Buffer.from(hex, 'hex'));
    db.close();
  };
  week('2026-W46.db', [
    [
      1,
      MONDAY - 2 * HALF_HOUR,
      MONDAY - HALF_HOUR,
      4,
      '0100010002021c02000180f68297bc6880dddb0101000000000002010100000100d2010a01020200000000',
    ],
  ]);
  week('2026-W47.db', [
    [
      1,
      MONDAY,
      MONDAY + 2 * HALF_HOUR,
      6,
      '0100010003021c02000180b0ba9abc6880dddb0101000000000006010200000100fa010a02242400000000',
    ],
    [
      2,
      MONDAY + 46 * HALF_HOUR,
      MONDAY + 50 * HALF_HOUR,
      3,
      '0100010003011401000180e6b5e9bc6880bab7030100000000000c01022400000000',
    ],
  ]);
  const head = new Database(path.join(dir, 'metrics', 'head.db'));
  head.exec(HEAD_SCHEMA);
  head.exec(
    `INSERT INTO series VALUES (1, 3460326149639909, '["__name__","a"]'), (2, 2068538821557176, '["__name__","b"]')`,
  );
  head
    .prepare('INSERT INTO wal VALUES (4, ?, ?)')
    .run(MONDAY + 52 * HALF_HOUR, Buffer.from('01000202020200000000000022400000000000002f40', 'hex'));
  head.close();
}
