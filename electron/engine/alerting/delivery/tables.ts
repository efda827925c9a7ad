// Silences, the notification log and the queue as rows of state.db.
import { z } from 'zod';
import type { Notifications } from '../../store/state/index.ts';
import type { LogEntry } from '../routing/notification-log.ts';
import { matcher, MatcherError, type Silence, type SilenceTable } from '../routing/index.ts';
import type { DeliveryTable, QueuedMessage } from './queue.ts';

const storedMatcher = z.object({ name: z.string(), op: z.enum(['=', '!=', '=~', '!~']), value: z.string() });
const storedSilence = z.object({
  id: z.string(),
  matchers: z.array(storedMatcher),
  startsAtMs: z.number(),
  endsAtMs: z.number(),
  updatedAtMs: z.number(),
  createdBy: z.string(),
  comment: z.string(),
});

export function silenceTable(table: Notifications): SilenceTable {
  return {
    list: () => table.silences().flatMap(({ data }) => readSilence(data)),
    save: ({ matchers, ...silence }) => {
      const plain = matchers.map(({ name, op, value }) => ({ name, op, value }));
      table.saveSilence(silence.id, { ...silence, matchers: plain });
    },
    remove: (id) => table.removeSilence(id),
  };
}

/** One that a later version wrote and this one cannot read silences nothing. */
function readSilence(data: unknown): Silence[] {
  const read = storedSilence.safeParse(data);
  if (!read.success) return [];
  try {
    return [{ ...read.data, matchers: read.data.matchers.map(({ name, op, value }) => matcher(name, op, value)) }];
  } catch (error) {
    if (error instanceof MatcherError) return [];
    throw error;
  }
}

type StoredQueued = Omit<QueuedMessage, 'entry'> & {
  readonly entry: { readonly firing: readonly string[]; readonly resolved: readonly string[]; readonly atMs: number };
};

const plainEntry = ({ firing, resolved, atMs }: LogEntry): StoredQueued['entry'] => ({
  firing: [...firing],
  resolved: [...resolved],
  atMs,
});
const readEntry = ({ firing, resolved, atMs }: StoredQueued['entry']): LogEntry => ({
  firing: new Set(firing),
  resolved: new Set(resolved),
  atMs,
});

export function deliveryTable(table: Notifications): DeliveryTable {
  return {
    queued: () =>
      table.queued().map(({ data }) => {
        const stored = data as StoredQueued;
        return { ...stored, entry: readEntry(stored.entry) };
      }),
    put: (queued) =>
      table.putQueued(
        queued.groupKey,
        queued.way,
        { ...queued, entry: plainEntry(queued.entry) } satisfies StoredQueued,
        queued.queuedAtMs,
      ),
    drop: (groupKey, way) => table.dropQueued(groupKey, way),
    delivered: ({ groupKey, way, entry }) => table.delivered(groupKey, way, plainEntry(entry)),
  };
}

/** What each way out was told of each group last. */
export function notifiedTable(table: Notifications) {
  return {
    get(groupKey: string, way: string): LogEntry | undefined {
      const row = table.notified(groupKey, way);
      return row === undefined ? undefined : readEntry(row);
    },
    set: (groupKey: string, way: string, entry: LogEntry): void => table.setNotified(groupKey, way, plainEntry(entry)),
  };
}
