// The history of alerts, a row for each time that one was active.
import type Database from 'better-sqlite3';
import type { AlertRow, Alerts } from '../types.ts';

/** Of the alerts that are over, the newest so many are kept: a label that changes at each evaluation makes a row each time. */
const MAX_RESOLVED = 50_000;
/** Counting them costs milliseconds, so not at every write. */
const PRUNE_EVERY = 1_000;

type Stored = {
  fingerprint: string;
  active_at_ms: number;
  rule_key: string;
  name: string;
  labels: string;
  annotations: string;
  fired_at_ms: number | null;
  resolved_at_ms: number | null;
  value: Buffer;
  expr: string;
};

export function alertsTable(db: Database.Database, maxResolved = MAX_RESOLVED): Alerts {
  const put = db.prepare(`
    INSERT OR REPLACE INTO alert (fingerprint, active_at_ms, rule_key, name, labels, annotations, fired_at_ms, resolved_at_ms, value, expr)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  `);
  const since = db.prepare<[number], Stored>(
    'SELECT * FROM alert WHERE resolved_at_ms IS NULL OR resolved_at_ms >= ? ORDER BY active_at_ms, fingerprint',
  );
  const newest = db.prepare<[number, number], Stored>(
    'SELECT * FROM alert WHERE resolved_at_ms IS NULL OR resolved_at_ms >= ? ORDER BY active_at_ms DESC, fingerprint LIMIT ?',
  );
  const times = db.prepare<[string, number], Stored>(
    'SELECT * FROM alert WHERE fingerprint = ? ORDER BY active_at_ms DESC LIMIT ?',
  );
  const prune = db.prepare(`
    DELETE FROM alert WHERE resolved_at_ms <= (
      SELECT resolved_at_ms FROM alert WHERE resolved_at_ms IS NOT NULL ORDER BY resolved_at_ms DESC LIMIT 1 OFFSET ?
    )
  `);
  let unpruned = PRUNE_EVERY;
  const saveAll = db.transaction((rows: readonly AlertRow[]) => {
    for (const row of rows) {
      put.run(
        row.fingerprint,
        row.activeAtMs,
        row.ruleKey,
        row.name,
        JSON.stringify(row.labels),
        JSON.stringify(row.annotations),
        row.firedAtMs,
        row.resolvedAtMs,
        doubleBytes(row.value),
        row.expr,
      );
    }
    unpruned += rows.length;
    if (unpruned < PRUNE_EVERY) return;
    unpruned = 0;
    prune.run(maxResolved);
  });
  return {
    save: (rows) => saveAll(rows),
    list: (sinceMs) => since.all(sinceMs).map(fromStored),
    newest: (sinceMs, limit) => newest.all(sinceMs, limit).map(fromStored),
    times: (fingerprint, limit) => times.all(fingerprint, limit).map(fromStored),
  };
}

/** SQLite stores NaN as NULL, and a rule may well fire on NaN. */
function doubleBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

function fromStored(row: Stored): AlertRow {
  return {
    fingerprint: row.fingerprint,
    ruleKey: row.rule_key,
    name: row.name,
    labels: JSON.parse(row.labels) as Record<string, string>,
    annotations: JSON.parse(row.annotations) as Record<string, string>,
    activeAtMs: row.active_at_ms,
    firedAtMs: row.fired_at_ms,
    resolvedAtMs: row.resolved_at_ms,
    value: row.value.readDoubleLE(),
    expr: row.expr,
  };
}
