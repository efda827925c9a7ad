import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLabels } from '../../../electron/engine/collectors/remote-write/series-labels.ts';
import { decodeWriteRequest } from '../../../electron/engine/collectors/remote-write/write-request.ts';
import {
  bytesField,
  double,
  field,
  label,
  metadata,
  refusalOf,
  sample,
  series,
  STALE_BITS,
  varint,
} from '../../support/remote-write.ts';

/** Decodes with refs in the order of the label sets. */
function decode(...parts: Buffer[]) {
  const seen: string[] = [];
  const request = decodeWriteRequest(Buffer.concat(parts), (labels) => {
    const at = seen.indexOf(labels);
    return at >= 0 ? at : seen.push(labels) - 1;
  });
  return { ...request, labels: seen.map(readLabels).map((one) => ('fault' in one ? one.fault : one.toRecord())) };
}

const UP = [
  ['__name__', 'up'],
  ['job', 'a'],
] as const;

describe('a remote write 1.0 message', () => {
  it('gives columns, a ref a series', () => {
    const request = decode(
      series(UP, [
        [1_700_000_000_000, 1],
        [1_700_000_015_000, 0.1],
      ]),
      series([['__name__', 'x']], [[1_700_000_000_001, Number.NEGATIVE_INFINITY]]),
      series(UP, [[1_700_000_030_000, -0]]),
    );
    expect(request.labels).toEqual([{ __name__: 'up', job: 'a' }, { __name__: 'x' }]);
    expect(request.refs).toEqual([0, 0, 1, 0]);
    expect(request.times).toEqual([1_700_000_000_000, 1_700_000_015_000, 1_700_000_000_001, 1_700_000_030_000]);
    expect(request.values).toEqual([1, 0.1, Number.NEGATIVE_INFINITY, -0]);
    expect(request.stale).toEqual([0, 0, 0, 0]);
  });

  it('tells a staleness marker from every other NaN by its bits', () => {
    const { values, stale } = decode(
      series(UP, [
        [1, STALE_BITS],
        [2, 0x7ff8_0000_0000_0001n],
        [3, Number.NaN],
      ]),
    );
    expect(stale).toEqual([1, 0, 0]);
    expect(values).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  it('reads times before 1970, and what protobuf leaves out as zero', () => {
    const empty = bytesField(2, Buffer.alloc(0));
    const { times, values } = decode(bytesField(1, Buffer.concat([label('__name__', 'x'), empty, sample([-5, 2])])));
    expect(times).toEqual([0, -5]);
    expect(values).toEqual([0, 2]);
  });

  it('takes labels after samples, labels apart, and fields that it does not know', () => {
    const unknown = Buffer.concat([field(9, 0, varint(300)), field(10, 1, double(1)), field(11, 5, Buffer.alloc(4))]);
    const body = Buffer.concat([
      sample([1, 1]),
      label('job', 'a'),
      unknown,
      bytesField(12, 'text'),
      label('__name__', 'up'),
      sample([2, 2]),
    ]);
    const request = decode(field(7, 0, varint(1)), bytesField(1, body));
    expect(request.labels).toEqual([{ __name__: 'up', job: 'a' }]);
    expect(request.times).toEqual([1, 2]);
  });

  it('counts exemplars and histograms, and leaves series without samples out', () => {
    const others = [bytesField(3, double(1)), bytesField(4, double(1)), bytesField(4, '')];
    const request = decode(series(UP, [], ...others));
    expect(request).toMatchObject({ exemplars: 1, histograms: 2, refs: [], labels: [] });
  });

  it('leaves out the samples of a series that is not wanted', () => {
    const bytes = Buffer.concat([series(UP, [[1, 1]]), series([['__name__', 'x']], [[2, 2]])]);
    let counted = 0;
    const request = decodeWriteRequest(bytes, (labels, samples) => {
      const skipped = labels.includes('up');
      if (skipped) counted += samples;
      return skipped ? undefined : 5;
    });
    expect(counted).toBe(1);
    expect(request).toMatchObject({ refs: [5], times: [2], values: [2], stale: [0] });
  });

  it('reads metadata', () => {
    const request = decode(metadata(1, 'requests_total', 'Requests sëen.', 'requests'), metadata(0, '', 'nameless'));
    expect(request.metadata).toEqual([{ type: 1, name: 'requests_total', help: 'Requests sëen.', unit: 'requests' }]);
  });

  it('refuses more samples than it holds at once', () => {
    const empty = Buffer.from([2 * 8 + 2, 0]);
    const many = Buffer.concat(Array.from({ length: 100_001 }, () => empty));
    expect(() => decode(bytesField(1, many))).toThrow('more than 100000 samples');
  });

  it.each([
    ['a message longer than the body', Buffer.from([10, 5, 1])],
    ['a field without a number', Buffer.from([2, 0])],
    ['a number that never ends', Buffer.concat([Buffer.from([8 * 9]), Buffer.alloc(11, 0xff)])],
    ['a group', Buffer.from([8 * 9 + 3])],
    ['a cut double', bytesField(1, Buffer.from([2 * 8 + 2, 3, 9, 0, 0]))],
    ['time series as numbers', Buffer.from([8, 1])],
  ])('refuses %s', (_what, body) => {
    expect(() => decode(body)).toThrow(expect.objectContaining({ code: 'LW_REMOTE_WRITE_MALFORMED' }));
  });

  it('ends on any bytes, with columns of one length or a named refusal', () => {
    const good = Buffer.concat([
      series(UP, [
        [1, 1],
        [2, 2],
      ]),
      metadata(1, 'a', 'b'),
    ]);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 }), (changes) => {
        const bytes = Buffer.from(good);
        for (const [at, byte] of changes) bytes[at] = byte;
        const check = (): void => {
          const { refs, times, values, stale } = decode(bytes);
          expect([times.length, values.length, stale.length]).toEqual([refs.length, refs.length, refs.length]);
        };
        expect(refusalOf(check)).toMatch(/^$|^LW_REMOTE_WRITE_MALFORMED$/);
      }),
      { numRuns: 3_000 },
    );
  });
});

const read = (...labels: Buffer[]) => readLabels(Buffer.concat(labels).toString('latin1'));

describe("a series' labels", () => {
  const name = label('__name__', 'up');

  it('are sorted, and empty values are none', () => {
    const labels = read(label('z', '1'), label('empty', ''), name, label('ä', 'ö'));
    expect('fault' in labels ? labels.fault : labels.flat).toEqual(['__name__', 'up', 'z', '1', 'ä', 'ö']);
  });

  it.each([
    ['no metric name', [label('job', 'a')], 'it has no metric name'],
    ['an empty metric name', [label('__name__', '')], 'it has no metric name'],
    ['a label twice', [name, label('a', '1'), label('a', '2')], 'the label "a" is there twice'],
    ['a label without a name', [name, label('', '1')], 'a label has no name'],
    [
      'bytes that are no UTF-8',
      [name, bytesField(1, Buffer.concat([bytesField(1, 'a'), bytesField(2, Buffer.from([0xff]))]))],
      'a label is not UTF-8',
    ],
    [
      'hundreds of labels',
      [name, ...Array.from({ length: 256 }, (_, i) => label(`l${i}`, '1'))],
      'it has more than 256 labels',
    ],
    ['a novel', [name, label('a', 'x'.repeat(70_000))], 'its labels take more than 65536 bytes'],
  ])('are refused with %s', (_what, labels, fault) => {
    expect(read(...labels)).toEqual({ fault });
  });
});
