import { expect, test } from 'vitest';
import { cardinalityOf } from '../../../electron/engine/store/metrics/reader/cardinality.ts';
import { SeriesIndex } from '../../../electron/engine/store/metrics/reader/series-index.ts';
import { Labels } from '../../../shared/model/labels.ts';

test('the largest metrics, labels and pairs are counted, without series that are forgotten', () => {
  const index = new SeriesIndex();
  const add = (id: number, name: string, labels: Record<string, string>): boolean =>
    index.add(id, Labels.of(name, labels).key);
  for (let i = 1; i <= 10; i++) add(i, 'octets_total', { device: 'a', interface: `ether${i}` });
  for (let i = 11; i <= 14; i++) add(i, 'up', { device: 'Küche' });
  add(15, 'gone_total', { device: 'zzzzzzzzzzzzzzzzzzzzzzzzzz' });
  index.remove(15);
  expect(cardinalityOf(index.swept(), index.size, 2)).toEqual({
    series: 14,
    labelPairs: 14,
    seriesByMetric: [
      { name: 'octets_total', value: 10 },
      { name: 'up', value: 4 },
    ],
    valuesByLabel: [
      { name: 'interface', value: 10 },
      { name: '__name__', value: 2 },
    ],
    // ether1 to ether10: 9 x 6 + 7; octets_total and up: 14.
    bytesByLabel: [
      { name: 'interface', value: 61 },
      { name: '__name__', value: 14 },
    ],
    seriesByPair: [
      { name: '__name__=octets_total', value: 10 },
      { name: 'device=a', value: 10 },
    ],
  });
});
