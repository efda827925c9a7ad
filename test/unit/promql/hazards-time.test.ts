// What naive PromQL engines get wrong about selection, time and rates.
import { describe, expect, it } from 'vitest';
import { createEvaluator } from '../../../electron/engine/promql/index.ts';
import { MemoryStorage } from '../../../electron/engine/promql/testing/index.ts';
import { failuresOf } from './script.ts';

describe('1: windows are open on the left', () => {
  it('an instant selector sees a sample until just before it is five minutes old', () =>
    expect(
      failuresOf(`
      load 10s
        up 7

      eval instant at 299999ms up
        up 7

      eval instant at 300s up
    `),
    ).toEqual([]));

  it('a range selector leaves out the sample at its lower bound', () =>
    expect(
      failuresOf(`
      load 10s
        up 1 2 3 4

      eval instant at 30s sum_over_time(up[20s])
        {} 7
    `),
    ).toEqual([]));

  it('the newest sample decides: a staleness marker ends the series at once', () =>
    expect(
      failuresOf(`
      load 10s
        up 1 stale _ 5

      eval instant at 9s up
        up 1

      eval instant at 10s up

      eval instant at 30s up
        up 5

      eval instant at 30s count_over_time(up[1m])
        {} 2
    `),
    ).toEqual([]));
});

describe('2: a staleness marker is not a NaN', () => {
  it('an ordinary NaN is a value', () =>
    expect(
      failuresOf(`
      load 10s
        up NaN

      eval instant at 10s up
        up NaN

      eval instant at 10s count_over_time(up[20s])
        {} 1
    `),
    ).toEqual([]));

  it('only the flag column makes a marker, whatever bits the NaN has', () => {
    const storage = new MemoryStorage();
    const marker = new Float64Array(new BigUint64Array([0x7ff0000000000002n]).buffer)[0] ?? 0;
    storage.append({ __name__: 'up' }, [{ timeMs: 1_000, value: marker }]);
    const { value } = createEvaluator({ storage }).instant('up', 1_000);
    expect(value.type === 'vector' ? value.samples.length : 0).toBe(1);
  });
});

describe('3: @ sets the time, then offset is taken off', () => {
  it('in either order of writing, with negative offsets looking ahead', () =>
    expect(
      failuresOf(`
      load 10s
        metric 0+1x100

      eval instant at 500s metric @ 100 offset 50s
        metric 5

      eval instant at 500s metric offset 50s @ 100
        metric 5

      eval instant at 100s metric offset -50s
        metric 15
    `),
    ).toEqual([]));

  it('start() and end() are the bounds of the whole query, inside subqueries too', () =>
    expect(
      failuresOf(`
      load 10s
        metric 0+1x100

      eval range from 100s to 300s step 100s metric @ end()
        metric 30 30 30

      eval range from 100s to 300s step 100s sum_over_time(metric[20s:10s] @ start())
        {} 19 19 19

      eval range from 100s to 300s step 100s sum_over_time((metric @ end())[20s:10s])
        {} 60 60 60
    `),
    ).toEqual([]));

  it('offset binds to the selector, not to the sum around it', () =>
    expect(
      failuresOf(`
      load 10s
        metric 0+1x100

      eval instant at 500s metric + metric offset 100s
        {} 90

      eval instant at 500s -metric offset 100s
        {} -40
    `),
    ).toEqual([]));
});

describe('4: subqueries step on the absolute time line', () => {
  it('on multiples of their own step, wherever the query starts', () =>
    expect(
      failuresOf(`
      load 1s
        metric 0+1x100

      eval instant at 25s sum_over_time(metric[20s:10s])
        {} 30

      eval instant at 30s count_over_time(metric[20s:10s])
        {} 2
    `),
    ).toEqual([]));

  it('without a step of their own, every minute', () =>
    expect(
      failuresOf(`
      load 1m
        metric 0+1x100

      eval instant at 10m count_over_time(metric[5m:])
        {} 5
    `),
    ).toEqual([]));

  it('before the epoch as after it', () =>
    expect(
      failuresOf(`
      eval instant at 0s count_over_time(vector(1)[2m30s:1m])
        {} 3

      eval instant at 0s sum_over_time(vector(time())[2m30s:1m])
        {} -180
    `),
    ).toEqual([]));
});

describe('5: timestamp() of a selector is the time of its sample', () => {
  it('and of any other expression the evaluation time', () =>
    expect(
      failuresOf(`
      load 10s
        metric 1

      eval instant at 25s timestamp(metric)
        {} 0

      eval instant at 25s timestamp(metric + 0)
        {} 25

      eval range from 0 to 20s step 10s time()
        {} 0 10 20
    `),
    ).toEqual([]));
});

describe('6: rates extrapolate to the bounds of the window', () => {
  // Samples at 10, 20, 30, 40 s in the window (0, 60 s]: 30 s sampled, 10 s apart. The gap of 10 s in front is below
  // 11 s and counts whole; the 20 s behind count as half a spacing. (30 + 10 + 5) / 30 = 1.5.
  it('by the gap where it is short, by half a spacing where it is long', () =>
    expect(
      failuresOf(`
      load 10s
        gauge _ 10 20 30 40

      eval instant at 60s delta(gauge[1m])
        {} 45

      eval instant at 60s increase(gauge[1m])
        {} 45

      eval instant at 60s rate(gauge[1m])
        {} 0.75
    `),
    ).toEqual([]));

  // From 1 the counter was 0 one second before: (30 + 1 + 5) / 30 = 1.2.
  it('never to below zero for a counter', () =>
    expect(
      failuresOf(`
      load 10s
        octets_total _ 1 11 21 31

      eval instant at 60s increase(octets_total[1m])
        {} 36

      eval instant at 60s delta(octets_total[1m])
        {} 45
    `),
    ).toEqual([]));

  it('and add back what a reset took away', () =>
    expect(
      failuresOf(`
      load 10s
        octets_total 0 10 20 5 15

      eval instant at 40s increase(octets_total[41s])
        {} 35

      eval instant at 30s irate(octets_total[20s])
        {} 0.5

      eval instant at 30s idelta(octets_total[20s])
        {} -15
    `),
    ).toEqual([]));

  it('one sample has no rate', () =>
    expect(
      failuresOf(`
      load 10s
        octets_total 0 10

      eval instant at 10s rate(octets_total[10s])

      eval instant at 10s irate(octets_total[10s])
    `),
    ).toEqual([]));

  it('over shifted windows by the shifted bounds', () =>
    expect(
      failuresOf(`
      load 10s
        gauge _ 10 20 30 40

      eval instant at 120s delta(gauge[1m] offset 1m)
        {} 45
    `),
    ).toEqual([]));

  // 20 s sampled, 5 s more in front: 2 * 1.25 / 60.
  it('say when the metric does not look like a counter', () =>
    expect(
      failuresOf(`
      load 10s
        temperature 1 2 3

      eval instant at 20s rate(temperature[1m])
        expect info msg: PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "temperature" (1:6)
        {} 0.041666666666666664
    `),
    ).toEqual([]));
});
