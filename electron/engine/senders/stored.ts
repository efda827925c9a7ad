// Senders that became devices, kept in state.db as rows of their own kinds.
import { z } from 'zod';
import { deviceTypeSchema, senderKindSchema } from '../../../shared/contract/index.ts';
import type { StateStore } from '../store/state/index.ts';

const configSchema = z.object({
  key: z.string().min(1).max(128),
  type: deviceTypeSchema,
  selector: z.string().max(4_096).optional(),
  telemetry: z.enum(['required', 'none']).optional(),
  telemetrySelector: z.string().max(4_096).optional(),
  intervalMs: z.number().positive().optional(),
});

export type StoredSender = z.infer<typeof configSchema> & {
  readonly id: string;
  readonly kind: z.infer<typeof senderKindSchema>;
  readonly name: string;
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
};

export type SenderRows = {
  list(): readonly StoredSender[];
  save(sender: StoredSender, nowMs: number): void;
  delete(id: string): void;
};

/** Rows that this version cannot read are left alone. */
export const senderRows = ({ devices }: Pick<StateStore, 'devices'>): SenderRows => ({
  list: () =>
    devices.list().flatMap(({ id, kind, name, address, labels, config }): StoredSender[] => {
      const known = senderKindSchema.safeParse(kind);
      const rest = configSchema.safeParse(config);
      return known.success && rest.success ? [{ ...rest.data, id, kind: known.data, name, address, labels }] : [];
    }),
  save({ id, kind, name, address, labels, ...config }, nowMs) {
    const before = devices.list().find((row) => row.id === id);
    devices.upsert({
      id,
      kind,
      name,
      address,
      config,
      createdMs: before?.createdMs ?? nowMs,
      lastSeenMs: before?.lastSeenMs ?? null,
      labels: { ...labels },
    });
  },
  delete: (id) => void devices.delete(id),
});
