// What stands beside a pack's rule file: words for the window, and which of its numbers are thresholds.
import { z } from 'zod';

const text = z.string().min(1).max(500);

const thresholdSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z]{1,32}$/),
    label: text,
    default: z.number(),
    unit: z.string().max(32),
    min: z.number(),
    max: z.number(),
    /** Where it is written in the expression and the annotations: `> {}`, with the number in place of `{}`. */
    in: z.array(z.string().regex(/^[^{}]*\{\}[^{}]*$/)).min(1),
  })
  .refine((one) => one.min <= one.default && one.default <= one.max, { error: 'the default is not within its bounds' });

export const packAboutSchema = z.strictObject({
  title: text,
  class: z.enum(['outage', 'capacity', 'security', 'component', 'imported']),
  description: text,
  needs: text.optional(),
  source: text.optional(),
  corrected: text.optional(),
  rules: z.record(z.string(), z.strictObject({ description: text, thresholds: z.array(thresholdSchema) })),
});

export type Threshold = z.output<typeof thresholdSchema>;
export type PackAbout = z.output<typeof packAboutSchema>;
