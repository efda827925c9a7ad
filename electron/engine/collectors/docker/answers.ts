// What the engine's API answers, as far as it is read (https://docs.docker.com/reference/api/engine/). What an older or
// another engine leaves out is absent; nothing else is believed of it.
import { z } from 'zod';

const text = z.string().max(4_096);
const count = z.number().nonnegative();
const counts = z.record(z.string(), z.unknown());

export const versionSchema = z.object({ Version: text.optional(), ApiVersion: text.optional() });

export const infoSchema = z.object({
  Name: text.optional(),
  NCPU: count.optional(),
  MemTotal: count.optional(),
  ServerVersion: text.optional(),
  OperatingSystem: text.optional(),
  SystemTime: text.optional(),
});

export const containersSchema = z.array(
  z.object({
    Id: z.string().regex(/^[0-9a-f]{12,128}$/),
    Names: z.array(text).nullish(),
    Image: text.default(''),
    State: text.default(''),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
);

const blkioEntries = z.array(z.object({ major: count, minor: count, op: z.string().max(64), value: count })).nullish();

export const statsSchema = z.object({
  pids_stats: z.object({ current: count.optional(), limit: count.optional() }).nullish(),
  cpu_stats: z
    .object({
      cpu_usage: z
        .object({
          total_usage: count.optional(),
          usage_in_kernelmode: count.optional(),
          usage_in_usermode: count.optional(),
        })
        .nullish(),
      throttling_data: z
        .object({ periods: count.optional(), throttled_periods: count.optional(), throttled_time: count.optional() })
        .nullish(),
    })
    .nullish(),
  memory_stats: z
    .object({
      usage: count.optional(),
      max_usage: count.optional(),
      failcnt: count.optional(),
      limit: count.optional(),
      /** Windows: what is in use by the container alone. */
      privateworkingset: count.optional(),
      stats: counts.nullish(),
    })
    .nullish(),
  blkio_stats: z.object({ io_service_bytes_recursive: blkioEntries, io_serviced_recursive: blkioEntries }).nullish(),
  networks: z.record(z.string(), counts).nullish(),
});

export const inspectSchema = z.object({
  State: z
    .object({
      StartedAt: text.optional(),
      Health: z.object({ Status: text.optional() }).nullish(),
    })
    .nullish(),
  HostConfig: z
    .object({
      Memory: count.optional(),
      MemoryReservation: count.optional(),
      /** -1: without limit. */
      MemorySwap: z.number().optional(),
      CpuShares: count.optional(),
      CpuPeriod: count.optional(),
      CpuQuota: z.number().optional(),
      NanoCpus: count.optional(),
    })
    .nullish(),
});

export const eventSchema = z.object({
  Type: text.optional(),
  Action: text.optional(),
  status: text.optional(),
  id: z.string().max(128).optional(),
  Actor: z
    .object({ ID: z.string().max(128).optional(), Attributes: z.record(z.string(), z.string()).nullish() })
    .nullish(),
  time: count.optional(),
  timeNano: count.optional(),
});

export type ContainerRow = z.output<typeof containersSchema>[number];
export type ContainerStats = z.output<typeof statsSchema>;
export type ContainerInspect = z.output<typeof inspectSchema>;
export type EngineInfo = z.output<typeof infoSchema>;
export type EngineEvent = z.output<typeof eventSchema>;
