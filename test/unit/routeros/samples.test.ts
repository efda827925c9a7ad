import { expect, it } from 'vitest';
import { SampleWriter } from '../../../electron/engine/collectors/routeros/samples.ts';
import type { MetricAppender } from '../../../electron/engine/store/metrics/index.ts';
import type { Labels } from '../../../shared/model/labels.ts';

it('a label of a router is at most 1,024 characters long, and what begins alike is one series', () => {
  const made: Labels[] = [];
  const appender: Pick<MetricAppender, 'ref'> = { ref: (labels) => made.push(labels) };
  const writer = new SampleWriter(appender as MetricAppender, { routerboard_name: 'core' });
  // The cut falls between the halves of the last character.
  const long = `${'n'.repeat(1_023)}\u{1F5FC}`;
  const first = writer.ref({ name: 'mktxp_interface_running', labels: { name: `${long}a` } });
  const second = writer.ref({ name: 'mktxp_interface_running', labels: { name: `${long}b` } });
  expect(second).toBe(first);
  expect(made.map((labels) => [labels.get('routerboard_name'), labels.get('name')])).toEqual([
    ['core', `${'n'.repeat(1_023)}\uFFFD`],
  ]);
});
