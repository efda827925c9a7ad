// Zod fields that several config sections share, and how a field is told to an operator.
import { z } from 'zod';
import { formatDurationMs, parseDurationMs } from './duration.ts';

/** What the config reference says of a field beyond its description, where the schema alone cannot. */
export type FieldNotation = {
  /** What it is written as, such as "duration, at least 1s". */
  readonly type?: string;
  /** A parsed value as an operator writes it. */
  readonly write?: (value: unknown) => string;
  /** In words, where the default rests on other fields. */
  readonly fallback?: string;
  /** A section in use, as YAML with the section's own key. */
  readonly example?: string;
};

export const fieldNotation = z.registry<FieldNotation>();

const boundsText = (minMs: number | undefined, maxMs: number | undefined): string | undefined => {
  if (minMs !== undefined && maxMs !== undefined)
    return `from ${formatDurationMs(minMs)} to ${formatDurationMs(maxMs)}`;
  if (minMs !== undefined) return `of at least ${formatDurationMs(minMs)}`;
  return maxMs === undefined ? undefined : `of at most ${formatDurationMs(maxMs)}`;
};

/** "15s", "1h30m" -> milliseconds. */
export const durationField = (options: { minMs?: number; maxMs?: number } = {}) => {
  const bounds = boundsText(options.minMs, options.maxMs);
  return z
    .string({ error: 'a duration such as 15s or 1h30m' })
    .transform((text, context) => {
      const durationMs = parseDurationMs(text);
      const { minMs = 0, maxMs = Number.MAX_SAFE_INTEGER } = options;
      if (durationMs !== undefined && durationMs >= minMs && durationMs <= maxMs) return durationMs;
      const message =
        durationMs === undefined || bounds === undefined ? 'a duration such as 15s or 1h30m' : `a duration ${bounds}`;
      context.addIssue({ code: 'custom', message, input: text });
      return z.NEVER;
    })
    .register(fieldNotation, {
      type: bounds === undefined ? 'duration' : `duration ${bounds}`,
      write: (value) => (typeof value === 'number' ? formatDurationMs(value) : String(value)),
    });
};

const HOST_PORT = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s[\]]+)):(\d{1,5})$/;

/** "host:port" or "[v6]:port" -> its parts. */
export const hostPortField = z
  .string({ error: 'an address with a port such as 127.0.0.1:9470' })
  .transform((text, context) => {
    const match = HOST_PORT.exec(text);
    const port = Number(match?.[3]);
    if (match === null || port > 65_535) {
      context.addIssue({ code: 'custom', message: 'an address with a port such as 127.0.0.1:9470', input: text });
      return z.NEVER;
    }
    return { host: match[1] ?? match[2] ?? '', port };
  })
  .register(fieldNotation, {
    type: 'host:port',
    write(value) {
      const { host, port } = z.object({ host: z.string(), port: z.number() }).parse(value);
      return `${host.includes(':') ? `[${host}]` : host}:${port}`;
    },
  });

/** An address of one machine, in either family. */
export const ipField = z
  .union([z.ipv4(), z.ipv6()], { error: 'an IPv4 or IPv6 address' })
  .register(fieldNotation, { type: 'IP address' });

/** A path; whose reader resolves it against the config file's folder. */
export const fileField = z.string().min(1).register(fieldNotation, { type: 'file' });
