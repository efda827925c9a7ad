// The `host` section of linewarden.yml.
import { z } from 'zod';
import { durationField, fieldNotation } from '../../../../shared/model/fields.ts';

export const hostSectionSchema = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Whether this computer is watched.'),
    interval: durationField({ minMs: 1_000, maxMs: 3_600_000 }).default(15_000).describe('How often it is read.'),
  })
  .describe("This computer, with Node Exporter's metrics.")
  .register(fieldNotation, { example: 'host: {enabled: true, interval: 15s}' });

export type HostSection = z.output<typeof hostSectionSchema>;
