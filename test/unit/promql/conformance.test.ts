// Prometheus's own engine and parser tests, read from the conformance folder beside the checkout.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseQuery, printExpr, QueryError } from '../../../electron/engine/promql/index.ts';
import { runTestFile } from '../../promqltest/runner.ts';
import { withoutSpans } from './trees.ts';

const conformance =
  process.env['LINEWARDEN_CONFORMANCE'] ?? path.resolve(import.meta.dirname, '../../../../shared/conformance');
const folder = path.join(conformance, 'promql');
const isPresent = existsSync(path.join(folder, 'classes.json'));
const reason = isPresent ? '' : ` (skipped: no conformance data in ${folder})`;

const classesSchema = z.record(z.string(), z.record(z.string(), z.string()));
const parseCasesSchema = z.object({ cases: z.array(z.object({ query: z.string(), parses: z.boolean() })) });
const readJson = (name: string): unknown => JSON.parse(readFileSync(path.join(folder, name), 'utf8'));

/** Classes of evals that must pass: floats and all stable features. The rest needs native histograms or experiments. */
const REQUIRED = new Set(['a_core', 'e_other']);

describe.skipIf(!isPresent)(`Prometheus's engine tests${reason}`, () => {
  const classes = isPresent ? classesSchema.parse(readJson('classes.json')) : {};

  for (const [file, byLine] of Object.entries(classes)) {
    const required = Object.keys(byLine).filter((line) => REQUIRED.has(byLine[line] ?? ''));
    if (required.length === 0) continue;
    const core = required.filter((line) => byLine[line] === 'a_core').map(Number);
    it(`${file}: the ${core.length} core evals pass with names dropped at once, as in the product`, () => {
      const results = runTestFile(readFileSync(path.join(folder, file), 'utf8'), false);
      expect(results.filter(({ line, failure }) => failure !== undefined && core.includes(line))).toEqual([]);
    });

    it(`${file}: the ${required.length} evals of stable features pass`, () => {
      const results = runTestFile(readFileSync(path.join(folder, file), 'utf8'));
      const failed = results.filter(({ line, failure }) => failure !== undefined && required.includes(String(line)));
      expect(failed).toEqual([]);
      expect(results.filter(({ line }) => required.includes(String(line)))).toHaveLength(required.length);
    });
  }

  it('handmade-utf8.test: names and labels outside the legacy alphabet pass', () => {
    const results = runTestFile(readFileSync(path.join(folder, 'handmade-utf8.test'), 'utf8'));
    expect(results.filter(({ failure }) => failure !== undefined)).toEqual([]);
    expect(results).toHaveLength(11);
  });
});

describe.skipIf(!isPresent)(`Prometheus's parser tests${reason}`, () => {
  const options = { experimentalFunctions: true, durationExpressions: true, extendedRangeSelectors: true };
  const cases = isPresent ? parseCasesSchema.parse(readJson('parse-cases.json')).cases : [];

  it.each(cases.filter(({ parses }) => parses))(
    'accepts $query, and prints it so that it reads the same',
    ({ query }) => {
      const expr = parseQuery(query, options);
      expect(withoutSpans(parseQuery(printExpr(expr), options))).toEqual(withoutSpans(expr));
    },
  );

  it.each(cases.filter(({ parses }) => !parses))('refuses $query', ({ query }) => {
    expect(() => parseQuery(query, options)).toThrow(QueryError);
  });
});
