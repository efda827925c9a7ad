import { expect, test } from 'vitest';
import { decodeWriteRequest, readLabels } from '../../../electron/engine/collectors/remote-write/index.ts';
import { encodeLabels, encodeMetadata, encodeSeries } from '../../../electron/engine/remote-write-sender/request.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { metadata, series, STALE_BITS } from '../../support/remote-write.ts';

const up = Labels.of('up', { site: 'nörd', job: 'node' });
const load = Labels.of('load', { job: 'node' });

test('series are encoded as protobuf defines them, byte by byte', () => {
  const encoded = encodeSeries([
    { labels: encodeLabels(up), timestampsMs: [1_700_000_000_000, 1_700_000_015_000], values: [1, 0], stale: [0, 1] },
    { labels: encodeLabels(load), timestampsMs: [-1], values: [-0], stale: [0] },
  ]);
  const expected = Buffer.concat([
    series(
      [
        ['__name__', 'up'],
        ['job', 'node'],
        ['site', 'nörd'],
      ],
      [
        [1_700_000_000_000, 1],
        [1_700_000_015_000, STALE_BITS],
      ],
    ),
    series(
      [
        ['__name__', 'load'],
        ['job', 'node'],
      ],
      [[-1n, -0]],
    ),
  ]);
  expect(encoded.toString('hex')).toBe(expected.toString('hex'));
});

test('our own receiver reads what is sent', () => {
  const seen: Labels[] = [];
  const read = decodeWriteRequest(
    encodeSeries([
      { labels: encodeLabels(up), timestampsMs: [1_000, 2_000], values: [Infinity, 5e-324], stale: [0, 0] },
    ]),
    (encoded) => {
      const labels = readLabels(encoded);
      if (!('fault' in labels)) seen.push(labels);
      return 7;
    },
  );
  expect(seen.map((labels) => labels.flat)).toEqual([['__name__', 'up', 'job', 'node', 'site', 'nörd']]);
  expect(read).toMatchObject({ refs: [7, 7], times: [1_000, 2_000], values: [Infinity, 5e-324], stale: [0, 0] });
});

test('what metrics mean', () => {
  const encoded = encodeMetadata([{ name: 'load_total', type: 'counter', help: 'Work.', unit: 's' }]);
  expect(encoded.toString('hex')).toBe(metadata(1, 'load_total', 'Work.', 's').toString('hex'));
});
