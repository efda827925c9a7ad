// The `host` section of linewarden.yml.
import { z } from 'zod';
import { durationField } from '../../../../shared/model/fields.ts';

export const hostSectionSchema = z.strictObject({
  /** Whether this computer is watched. */
  enabled: z.boolean().default(true),
  interval: durationField({ minMs: 1_000, maxMs: 3_600_000 }).default(15_000),
});

export type HostSection = z.output<typeof hostSectionSchema>;
