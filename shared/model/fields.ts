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
  /** What more there is to say of a section, as Markdown below its example. */
  readonly more?: string;
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

const UNIT_BYTES: Readonly<Record<string, number>> = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };

/** "20GB", "512KiB", "1.5GB" -> bytes, in powers of two as in Prometheus; undefined when the text is none. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(B|[KMGT]i?B)?$/.exec(text);
  const unit = UNIT_BYTES[(match?.[2] ?? 'B').replace('i', '')];
  const bytes = match === null || unit === undefined ? Number.NaN : Math.round(Number(match[1]) * unit);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** The shortest exact text: 21474836480 -> "20GB". */
export function writeBytes(bytes: number): string {
  const [unit, size] = Object.entries(UNIT_BYTES).findLast(([, one]) => bytes >= one && bytes % one === 0) ?? ['B', 1];
  return `${bytes / size}${unit}`;
}

/** "10MB", "512KiB" or a number of bytes -> bytes. */
export const bytesField = (options: { min?: number } = {}) => {
  const { min = 0 } = options;
  const bounds = min > 0 ? ` of at least ${writeBytes(min)}` : '';
  return z
    .union([z.string(), z.number().int().nonnegative()], { error: 'a size such as 10MB' })
    .transform((text, context) => {
      const bytes = parseBytes(String(text));
      if (bytes !== undefined && bytes >= min) return bytes;
      const message = bytes === undefined ? 'a size such as 10MB' : `a size${bounds}`;
      context.addIssue({ code: 'custom', message, input: text });
      return z.NEVER;
    })
    .register(fieldNotation, {
      type: `size${bounds}`,
      write: (value) => (typeof value === 'number' ? writeBytes(value) : String(value)),
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

/** An address, or a network as address/prefix. */
export const networkField = z
  .union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], { error: 'an IP address, or a network such as 10.0.0.0/8' })
  .register(fieldNotation, { type: 'IP address or network' });

/** A path; whose reader resolves it against the config file's folder. */
export const fileField = z.string().min(1).register(fieldNotation, { type: 'file' });

/** A key that other programs' files have and Linewarden does not take: refused by name, with what to do instead. */
export const notTaken = (what: string) =>
  z.never({ error: `nothing here: Linewarden does not take ${what}` }).optional();
