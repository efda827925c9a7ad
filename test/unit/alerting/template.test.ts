import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Labels } from '../../../shared/model/labels.ts';
import {
  compileAlertTemplate,
  compileTemplate,
  expandAlertTemplate,
  runTemplate,
} from '../../../electron/engine/alerting/template/index.ts';
import type { GoValue } from '../../../electron/engine/alerting/template/index.ts';

const conformance =
  process.env['LINEWARDEN_CONFORMANCE'] ?? path.resolve(import.meta.dirname, '../../../../shared/conformance');
const casesFile = path.join(conformance, 'rules/template-cases.json');

type Case = {
  template: string;
  output?: string;
  error?: string;
  query_result?: { labels: Record<string, string>; value: number }[];
  input?: (string | number)[];
  input_type?: 'string' | 'int64' | 'uint64' | 'uint' | 'float64';
};

const inputOf = ({ input, input_type: type }: Case): GoValue =>
  input?.map((value) => (type === 'string' ? String(value) : type === 'float64' ? Number(value) : BigInt(value)));

const present = existsSync(casesFile);
const suite = present
  ? (JSON.parse(readFileSync(casesFile, 'utf8')) as {
      context: { now_ms: number; external_url: string };
      cases: Case[];
    })
  : undefined;

describe.skipIf(!present)(
  `templates as Prometheus expands them${present ? '' : ' (skipped: no conformance data)'}`,
  () => {
    it.each(suite?.cases ?? [])('$template', async (testCase) => {
      const answers = (testCase.query_result ?? []).map(({ labels, value }) => ({
        labels: Labels.fromRecord(labels),
        value,
      }));
      const run = async () =>
        runTemplate(compileTemplate('test', testCase.template), inputOf(testCase), {
          nowMs: suite?.context.now_ms ?? 0,
          externalUrl: suite?.context.external_url ?? '',
          query: async () => answers,
        });
      const outcome = await run().catch((error: unknown) => String(error));
      expect(outcome).toBe(testCase.error === undefined ? testCase.output : `Error: ${testCase.error}`);
    });
  },
);
