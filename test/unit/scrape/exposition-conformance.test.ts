// The bodies of Prometheus's own parser tests: accepted or refused alike, and read alike.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ExpositionParser } from '../../../electron/engine/collectors/scrape/index.ts';
import type { ExposedExemplar } from '../../../electron/engine/collectors/scrape/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';

const root =
  process.env['LINEWARDEN_CONFORMANCE'] ?? path.resolve(import.meta.dirname, '../../../../shared/conformance');
const folder = path.join(root, 'exposition');
const present = existsSync(path.join(folder, 'expected.json'));

const number = z.union([z.number(), z.string().transform(Number)]);
const entrySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('help'), metric: z.string(), help: z.string() }),
  z.object({ kind: z.literal('type'), metric: z.string(), type: z.string() }),
  z.object({ kind: z.literal('unit'), metric: z.string(), unit: z.string() }),
  z.object({ kind: z.literal('comment'), text: z.string() }),
  z.object({
    kind: z.literal('series'),
    labels: z.record(z.string(), z.string()),
    value: number,
    timestamp_ms: z.number().optional(),
    exemplar: z
      .object({ labels: z.record(z.string(), z.string()), value: number, timestamp_ms: z.number().optional() })
      .optional(),
  }),
]);
const expectedSchema = z.object({
  cases: z.array(
    z.object({
      file: z.string(),
      format: z.enum(['prometheus-text', 'openmetrics']),
      valid: z.boolean(),
      expect: z.union([z.object({ entries: z.array(entrySchema) }), z.object({ series_lines: z.number() })]).optional(),
    }),
  ),
});
type Entry = z.infer<typeof entrySchema>;

const pairs = (flat: readonly string[]): Record<string, string> =>
  Object.fromEntries(flat.flatMap((text, i) => (i % 2 === 0 ? [[text, flat[i + 1] ?? '']] : [])));

const samplesOf = (entries: Entry[]): Entry[] => entries.filter(({ kind }) => kind === 'series');

/** Parses twice with one parser, so that the second time every line comes from the cache. */
function read(body: Buffer, format: 'prometheus-text' | 'openmetrics') {
  const series: Record<string, string>[] = [];
  let entries: Entry[] = [];
  let exemplar: ExposedExemplar | undefined;
  const parser = new ExpositionParser({
    format,
    resolve: (flat) => series.push(pairs(flat)) - 1,
    metadata: {
      help: (metric, help) => entries.push({ kind: 'help', metric, help }),
      type: (metric, type) => entries.push({ kind: 'type', metric, type }),
      unit: (metric, unit) => entries.push({ kind: 'unit', metric, unit }),
      comment: (text) => entries.push({ kind: 'comment', text }),
      exemplar: (found) => {
        exemplar = found;
      },
    },
  });
  const once = () => {
    entries = [];
    parser.parse(body, (ref, value, timestampMs) => {
      entries.push({
        kind: 'series',
        labels: series[ref] ?? {},
        value,
        ...(Number.isNaN(timestampMs) ? {} : { timestamp_ms: timestampMs }),
        ...(exemplar === undefined
          ? {}
          : {
              exemplar: {
                labels: pairs(exemplar.labels),
                value: exemplar.value,
                ...(exemplar.timestampMs === undefined ? {} : { timestamp_ms: exemplar.timestampMs }),
              },
            }),
      });
      exemplar = undefined;
    });
    return entries;
  };
  return { first: once(), second: once() };
}

describe.skipIf(!present)(
  `exposition conformance${present ? '' : ' (skipped: no conformance data beside the checkout)'}`,
  () => {
    const cases = present
      ? expectedSchema.parse(JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8'))).cases
      : [];

    it('has cases', () => {
      expect(cases.length).toBeGreaterThan(50);
    });

    it.each(cases.filter(({ valid }) => !valid))('$file is refused', ({ file, format }) => {
      const body = readFileSync(path.join(folder, file));
      expect(() => read(body, format)).toThrow(LinewardenError);
    });

    it.each(cases.filter(({ valid }) => valid))('$file is accepted, and read alike when it repeats', (each) => {
      const { first, second } = read(readFileSync(path.join(folder, each.file)), each.format);
      expect(samplesOf(second)).toEqual(samplesOf(first));
    });

    it.each(cases.filter(({ expect: wanted }) => wanted !== undefined))('$file says what is expected', (each) => {
      const { first } = read(readFileSync(path.join(folder, each.file)), each.format);
      const wanted = each.expect;
      const isCount = wanted !== undefined && 'series_lines' in wanted;
      expect(isCount ? { series_lines: samplesOf(first).length } : { entries: first }).toEqual(wanted);
    });
  },
);
