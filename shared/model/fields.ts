// Zod fields that several config sections share.
import { z } from 'zod';
import { parseDurationMs } from './duration.ts';

/** "15s", "1h30m" -> milliseconds. */
export const durationField = (options: { minMs?: number; maxMs?: number } = {}) =>
  z.string({ error: 'a duration such as 15s or 1h30m' }).transform((text, context) => {
    const durationMs = parseDurationMs(text);
    const { minMs = 0, maxMs = Number.MAX_SAFE_INTEGER } = options;
    if (durationMs === undefined || durationMs < minMs || durationMs > maxMs) {
      context.addIssue({ code: 'custom', message: 'a duration such as 15s or 1h30m', input: text });
      return z.NEVER;
    }
    return durationMs;
  });

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
  });
