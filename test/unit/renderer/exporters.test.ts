// What the window says of exporters of flows.
import { describe, expect, it } from 'vitest';
import { clockWords, percentWords } from '../../../renderer/screens/traffic/exporters/exporter-table.tsx';
import { findingsOf, stateOf, summaryOf } from '../../../renderer/screens/traffic/exporters/findings.ts';
import type { ExporterHealth } from '../../../shared/contract/index.ts';
import { flowExporters } from '../../fakes/engine/flow-exporters.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 12);
const all = flowExporters(NOW_MS);
const [well] = all.exporters as [ExporterHealth];
const texts = (changes: Partial<ExporterHealth>) =>
  findingsOf({ ...well, ...changes }, NOW_MS).map(({ level, text }) => [level, text.replaceAll('\u00a0', ' ')]);

const commandsOf = (isRouter: boolean) =>
  findingsOf({ ...well, isRouter, clockAheadMs: 60_000 }, NOW_MS).map(({ commands }) => commands?.[0]);

describe('an exporter', () => {
  it('that does well has nothing said of it', () => {
    expect(findingsOf(well, NOW_MS)).toEqual([]);
    expect(stateOf([])).toBe('online');
  });

  it.each<{ name: string; changes: Partial<ExporterHealth>; level: string; text: string }>([
    {
      name: 'that is silent',
      changes: { lastPacketMs: NOW_MS - 600_000 },
      level: 'failed',
      text: 'Nothing has come for 10 min.',
    },
    {
      name: 'without a template for some of its data',
      changes: { waitingPackets: 1 },
      level: 'warning',
      text: '1 packet cannot be read yet: the template has not come.',
    },
    {
      name: 'that loses a thousandth',
      changes: { lossPercent: 0.1 },
      level: 'warning',
      text: '0.10 % of its packets were lost in the last quarter of an hour.',
    },
    {
      name: 'whose hardware forwards past it',
      changes: { coverage: { spanMs: 900_000, percent: 31, interfaces: [] } },
      level: 'warning',
      text: 'Its flows tell of 31.0 % of what its interfaces took in.',
    },
    {
      name: 'that tells more than there was',
      changes: { coverage: { spanMs: 900_000, percent: 200, interfaces: [] } },
      level: 'warning',
      text: 'Its flows tell of 200 % of what its interfaces took in.',
    },
    {
      name: 'with more conversations than are stored',
      changes: { overflowedLately: 12 },
      level: 'warning',
      text: '12 flows of the last quarter of an hour are stored without addresses.',
    },
    {
      name: 'whose clock is behind',
      changes: { clockAheadMs: -30_000 },
      level: 'warning',
      text: 'Its clock is 30.0 s behind.',
    },
    {
      name: 'with an impossible record',
      changes: { quarantinedLately: 1 },
      level: 'warning',
      text: '1 record with impossible counters was left out in the last quarter of an hour.',
    },
    {
      name: 'that repeats its template seldom',
      changes: { lastTemplateMs: NOW_MS - 3_600_000 },
      level: 'note',
      text: 'Its last template came 1 h ago.',
    },
    {
      name: 'with packets that were cut',
      changes: { dropped: [{ reason: 'truncated', count: 2 }] },
      level: 'note',
      text: '2 parts of its packets could not be read since the start.',
    },
  ])('$name is told so', ({ changes, level, text }) => {
    expect(texts(changes)).toEqual([[level, text]]);
  });

  it.each<{ name: string; changes: Partial<ExporterHealth> }>([
    { name: 'a loss below a thousandth', changes: { lossPercent: 0.09 } },
    { name: 'a clock within its resolution', changes: { clockAheadMs: 4_000 } },
    {
      name: 'coverage that lacks the headers of the link only',
      changes: { coverage: { ...well.coverage!, percent: 93 } },
    },
    { name: 'kept templates alone', changes: { lastTemplateMs: null } },
  ])('with $name does well', ({ changes }) => {
    expect(texts(changes)).toEqual([]);
  });

  it('that is a router gets commands, another one none', () => {
    expect(commandsOf(true)).toEqual(['/system ntp client set enabled=yes']);
    expect(commandsOf(false)).toEqual([undefined]);
  });

  it('shows the record that was left out last', () => {
    const [, other] = all.exporters as [ExporterHealth, ExporterHealth];
    expect(findingsOf(other, NOW_MS).at(-1)?.hint.replaceAll('\u00a0', ' ')).toBe(
      'The last: 4.00 GiB in 3.12 M packets over 1.00 s, sfp1 → ether2: more than that port can carry.',
    );
  });
});

describe('all of them', () => {
  it('are told of in one sentence', () => {
    const states = all.exporters.map((exporter) => stateOf(findingsOf(exporter, NOW_MS)));
    expect(summaryOf(all, states)).toBe('2 exporters: 1 to look at, 1 sender without a template, 1 not allowed');
    expect(summaryOf({ ...all, waiting: [], notAllowed: [] }, ['online', 'online'])).toBe('All 2 exporters do well');
    expect(summaryOf({ ...all, exporters: [] }, [])).toBe('No exporter has told of any flow yet');
  });
});

describe('words', () => {
  it.each([
    [null, '–'],
    [0, '0 %'],
    [0.004, '< 0.01 %'],
    [97.6, '97.6 %'],
  ])('percent of %s', (value, text) => expect(percentWords(value)).toBe(text));

  it.each([
    [-420, 'right'],
    [3_605_000, '+60.1 min'],
    [-5_000, '−5.00 s'],
  ])('a clock that is %s ms ahead', (value, text) => expect(clockWords(value).replace('\u00a0', ' ')).toBe(text));
});
