import { describe, expect, it } from 'vitest';
import {
  durationParam,
  limitParam,
  lookbackParam,
  requiredTimeParam,
  selectorParams,
  stepParam,
  timeParam,
} from '../../../electron/engine/api/http/prometheus/params.ts';
import { decodeLabelName } from '../../../electron/engine/api/http/prometheus/catalog.ts';

const selectors = (count: number): URLSearchParams =>
  new URLSearchParams(Array.from({ length: count }, (_, n) => ['match[]', `up{n="${n}"}`]));

const params = (text: string): URLSearchParams => new URLSearchParams(text);

describe("parameters of Prometheus's API", () => {
  it('reads times as float seconds or RFC 3339, rounded to milliseconds', () => {
    expect(timeParam(params('time=1435781451.781'), 'time', 0)).toBe(1_435_781_451_781);
    expect(timeParam(params('time=2015-07-01T20:10:51.781Z'), 'time', 0)).toBe(1_435_781_451_781);
    expect(timeParam(params('time=2015-07-01T22:10:51.781%2B02:00'), 'time', 0)).toBe(1_435_781_451_781);
    expect(timeParam(params(''), 'time', 42)).toBe(42);
  });

  it.each(['yesterday', '2015-02-30T00:00:00Z', '2015-13-01T00:00:00Z', '1e20', 'NaN', '2015-07-01'])(
    'refuses %s by the name of the parameter',
    (text) => {
      expect(() => timeParam(params(`time=${text}`), 'time', 0)).toThrow(
        `invalid parameter "time": invalid time value for 'time': cannot parse "${text}" to a valid timestamp`,
      );
      expect(() => requiredTimeParam(params(`start=${text}`), 'start')).toThrow(
        `invalid parameter "start": cannot parse "${text}" to a valid timestamp`,
      );
    },
  );

  it("takes the ends of Go's time axis", () => {
    expect(timeParam(params('start=-292273086-05-16T16:47:06Z'), 'start', 0)).toBe(-8_640_000_000_000_000);
    expect(timeParam(params('end=292277025-08-18T07:12:54.999999999Z'), 'end', 0)).toBe(8_640_000_000_000_000);
  });

  it('reads durations as float seconds or in words, and refuses a negative time-out', () => {
    expect(durationParam(params('step=15'), 'step')).toBe(15_000);
    expect(durationParam(params('step=1h30m'), 'step')).toBe(5_400_000);
    expect(durationParam(params(''), 'step')).toBeUndefined();
    expect(() => durationParam(params('timeout=-5'), 'timeout')).toThrow('invalid parameter "timeout"');
    expect(() => durationParam(params('step=fast'), 'step')).toThrow('cannot parse "fast" to a valid duration');
  });

  it('reads selectors, up to a thousand', () => {
    expect(selectorParams(selectors(1_000))).toHaveLength(1_000);
    expect(() => selectorParams(selectors(1_001))).toThrow('invalid parameter "match[]": more than 1000 selectors');
  });

  it('reads limits as whole numbers', () => {
    expect(limitParam(params('limit=10'))).toBe(10);
    expect(limitParam(params(''))).toBe(0);
    expect(() => limitParam(params('limit=-1'))).toThrow('invalid parameter "limit": limit must be non-negative');
    expect(() => limitParam(params('limit=ten'))).toThrow(
      'invalid parameter "limit": strconv.Atoi: parsing "ten": invalid syntax',
    );
  });

  it('reads the step and the lookback as Prometheus does', () => {
    expect(stepParam(params('step=1m'))).toBe(60_000);
    expect(() => stepParam(params(''))).toThrow('invalid parameter "step": cannot parse "" to a valid duration');
    expect(() => stepParam(params('step=0'))).toThrow('zero or negative query resolution step widths are not accepted');
    expect(lookbackParam(params('lookback_delta=30s'))).toBe(30_000);
    expect(lookbackParam(params('lookback_delta=0'))).toBeUndefined();
    expect(() => lookbackParam(params('lookback_delta=x'))).toThrow(
      'error parsing lookback delta duration: cannot parse "x" to a valid duration',
    );
  });

  it('wants a selector to select', () => {
    expect(() => selectorParams(params('match[]={a=""}'))).toThrow(
      'invalid parameter "match[]": match[] must contain at least one non-empty matcher',
    );
  });

  it('decodes label names that travel in a path', () => {
    expect(decodeLabelName('job')).toBe('job');
    expect(decodeLabelName('U__http_2e_status__code')).toBe('http.status_code');
    expect(() => decodeLabelName('')).toThrow('invalid label name');
  });
});
