// The exposition parsers: what they read, what they refuse, and that neither order nor repetition changes it.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ExpositionParser,
  formatCanonicalFloat,
  parseFloatStrict,
} from '../../../electron/engine/collectors/scrape/index.ts';
import type { ExpositionFormat, ExpositionLimits } from '../../../electron/engine/collectors/scrape/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';

type Read = { series: string; value: number; timestampMs?: number };

/** A parser that names a series by its labels as read. */
function reader(format: ExpositionFormat, limits: Partial<ExpositionLimits> = {}) {
  const series: string[] = [];
  const parser = new ExpositionParser({
    format,
    limits,
    resolve: (labels) => series.push(JSON.stringify(labels.slice(1))) - 1,
  });
  return {
    parser,
    read: (body: string | Buffer): Read[] => {
      const found: Read[] = [];
      parser.parse(Buffer.from(body), (ref, value, timestampMs) => {
        const time = Number.isNaN(timestampMs) ? {} : { timestampMs };
        found.push({ series: series[ref] ?? '', value, ...time });
      });
      return found;
    },
  };
}

const failure = (format: ExpositionFormat, body: string, limits?: Partial<ExpositionLimits>): LinewardenError => {
  try {
    reader(format, limits).read(body);
  } catch (error) {
    if (error instanceof LinewardenError) return error;
    throw error;
  }
  throw new Error('it was accepted');
};

const TEXT = `# HELP http_requests_total Requests\\nby "code" \\\\ here
# TYPE http_requests_total counter
http_requests_total{code="200",path="/a b"} 1027 1395066363000
http_requests_total{code="400"}    3
# TYPE rpc_seconds summary
rpc_seconds{quantile="0.5"} 4.73e-05
rpc_seconds_sum 1.7560473e+07
# a comment

up NaN
big +Inf
"" 
`.replace('"" \n', '{"quoted.name",zone="é"} -1.5\n');

const OPEN_METRICS = `# TYPE jobs counter
# UNIT jobs_seconds seconds
# HELP jobs Jobs "done"
jobs_total{queue="a"} 17.0 1520879607.789 # {trace="x"} 0.67 1520879606.1
jobs_created{queue="a"} 1520430000.1
# TYPE wait_seconds histogram
wait_seconds_bucket{le="1"} 3
wait_seconds_bucket{le="+Inf"} 4
{"quoted.name",zone="é"} 2
# EOF
`;

describe('reading a body', () => {
  it('reads the older text format: spaces, escapes, quoted names, NaN and Inf', () => {
    expect(reader('prometheus-text').read(TEXT)).toEqual([
      { series: '["http_requests_total","code","200","path","/a b"]', value: 1027, timestampMs: 1_395_066_363_000 },
      { series: '["http_requests_total","code","400"]', value: 3 },
      { series: '["rpc_seconds","quantile","0.5"]', value: 0.0000473 },
      { series: '["rpc_seconds_sum"]', value: 17_560_473 },
      { series: '["up"]', value: Number.NaN },
      { series: '["big"]', value: Infinity },
      { series: '["quoted.name","zone","é"]', value: -1.5 },
    ]);
  });

  it('reads OpenMetrics: seconds become milliseconds, exemplars go, start times are no samples, bounds are canonical', () => {
    expect(reader('openmetrics').read(OPEN_METRICS)).toEqual([
      { series: '["jobs_total","queue","a"]', value: 17, timestampMs: 1_520_879_607_789 },
      { series: '["wait_seconds_bucket","le","1.0"]', value: 3 },
      { series: '["wait_seconds_bucket","le","+Inf"]', value: 4 },
      { series: '["quoted.name","zone","é"]', value: 2 },
    ]);
  });

  it('tells help, type and unit once, with their escapes resolved', () => {
    const said: string[] = [];
    const parser = new ExpositionParser({
      format: 'openmetrics',
      resolve: () => 0,
      metadata: {
        help: (metric, help) => said.push(`help ${metric} ${help}`),
        type: (metric, type) => said.push(`type ${metric} ${type}`),
        unit: (metric, unit) => said.push(`unit ${metric} ${unit}`),
      },
    });
    parser.parse(Buffer.from(OPEN_METRICS), () => {});
    parser.parse(Buffer.from(OPEN_METRICS), () => {});
    expect(said).toEqual([
      'type jobs counter',
      'unit jobs_seconds seconds',
      'help jobs Jobs "done"',
      'type wait_seconds histogram',
    ]);
  });

  it('keeps apart the same text under another type: only a histogram has its bounds normalised', () => {
    const { read } = reader('prometheus-text');
    const gauge = '# TYPE x gauge\n# HELP x Same.\nx{le="1"} 1\n';
    const histogram = '# TYPE x histogram\n# HELP x Same.\nx{le="1"} 1\n';
    expect(read(gauge)).toEqual([{ series: '["x","le","1"]', value: 1 }]);
    expect(read(histogram)).toEqual([{ series: '["x","le","1.0"]', value: 1 }]);
    expect(read(gauge)).toEqual([{ series: '["x","le","1"]', value: 1 }]);
  });

  it('does not take a name for a longer one that begins alike', () => {
    const { read } = reader('prometheus-text');
    read('a 1\n');
    expect(read('a_total 2\n')).toEqual([{ series: '["a_total"]', value: 2 }]);
    expect(read('a {b="c"} 3\n')).toEqual([{ series: '["a","b","c"]', value: 3 }]);
    expect(read('a  {b="c"} 4\n')).toEqual([{ series: '["a","b","c"]', value: 4 }]);
    expect(read('a 5')).toEqual([{ series: '["a"]', value: 5 }]);
  });

  it('counts series that the body before did not have', () => {
    const { parser, read } = reader('prometheus-text');
    read('a 1\nb 1\n');
    expect(parser.lastSummary).toEqual({ samples: 2, kept: 2, newSeries: 2 });
    read('a 1\nc 1\n');
    expect(parser.lastSummary).toEqual({ samples: 2, kept: 2, newSeries: 1 });
    read('a 1\nb 1\n');
    expect(parser.lastSummary).toEqual({ samples: 2, kept: 2, newSeries: 1 });
  });

  it('forgets the lines of series that are gone, and still reads right', () => {
    const { read } = reader('prometheus-text');
    for (let round = 0; round < 8; round++) {
      const lines = Array.from({ length: 5_000 }, (_, i) => `x{round="${round}",i="${i}"} ${i}\n`);
      const found = read(lines.join(''));
      expect(found).toHaveLength(5_000);
      expect(found[4_999]).toEqual({ series: `["x","round","${round}","i","4999"]`, value: 4_999 });
    }
  });
});

describe('refusing a body', () => {
  it('says which line is bad, and why', () => {
    expect(failure('prometheus-text', 'a 1\nb 2\nc{x="1} 3\n').message).toBe(
      'Line 3 of the answer is not valid: a quoted label value is expected.',
    );
    expect(failure('openmetrics', 'a 1\nb two\n# EOF\n').message).toBe(
      'Line 2 of the answer is not valid: the value "two" is not a number.',
    );
    expect(failure('openmetrics', 'a 1\n').message).toBe(
      'Line 2 of the answer is not valid: the answer does not end with # EOF.',
    );
  });

  it('refuses a label that is given twice', () => {
    expect(failure('prometheus-text', 'a{b="1",b="2"} 1\n').message).toContain('label name "b" is not unique');
    expect(failure('prometheus-text', 'a{__name__="b"} 1\n').code).toBe('LW_SCRAPE_BAD_BODY');
  });

  it('refuses values that no double can hold, as Prometheus does', () => {
    expect(failure('prometheus-text', 'a 1e400\n').code).toBe('LW_SCRAPE_BAD_BODY');
    expect(failure('prometheus-text', 'a -9e999\n').code).toBe('LW_SCRAPE_BAD_BODY');
  });

  it('keeps its bounds: samples, labels, lengths', () => {
    expect(failure('prometheus-text', 'a 1\nb 1\nc 1\n', { maxSamples: 2 }).code).toBe('LW_SCRAPE_SAMPLE_LIMIT');
    expect(failure('prometheus-text', 'a{b="1",c="2"} 1\n', { maxLabels: 1 }).message).toContain('more than 1 labels');
    expect(failure('prometheus-text', 'a{b="1234"} 1\n', { maxLabelValueBytes: 3 }).message).toContain('longer');
    expect(failure('prometheus-text', 'abcd 1\n', { maxLabelNameBytes: 3 }).message).toContain('longer');
  });
});

describe('numbers', () => {
  it('reads what Go reads, and nothing else', () => {
    const accepted: [string, number][] = [
      ['1', 1],
      ['+1.5', 1.5],
      ['.5', 0.5],
      ['5.', 5],
      ['-1e-3', -0.001],
      ['1E3', 1000],
      ['inf', Infinity],
      ['-INFINITY', -Infinity],
      ['NaN', Number.NaN],
    ];
    for (const [text, value] of accepted) expect(parseFloatStrict(text)).toBe(value);
    for (const text of ['', '.', '1_0', '0x10', '+nan', '1e', 'e5', '1 ', 'true', '1e309', '--1']) {
      expect(parseFloatStrict(text)).toBeUndefined();
    }
  });

  it('writes bounds as OpenMetrics does', () => {
    const texts: [number, string][] = [
      [1, '1.0'],
      [0, '0.0'],
      [0.25, '0.25'],
      [100_000, '100000.0'],
      [1_000_000, '1e+06'],
      [1_234_567, '1.234567e+06'],
      [0.0001, '0.0001'],
      [0.00001, '1e-05'],
      [-2.5, '-2.5'],
      [Infinity, '+Inf'],
      [-Infinity, '-Inf'],
      [Number.NaN, 'NaN'],
    ];
    for (const [value, text] of texts) expect(formatCanonicalFloat(value)).toBe(text);
  });

  it('reads every double from its shortest text, exactly', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), (value, exponent) => {
        const digits = exponent ? value.toExponential() : String(value);
        // JavaScript prints no sign of a zero.
        const text = Object.is(value, -0) ? `-${digits}` : digits;
        const { read } = reader('prometheus-text');
        // Twice: the second time on the short path.
        read(`a ${text}\n`);
        expect(read(`a ${text}\n`)[0]?.value).toBe(value);
      }),
      { numRuns: 3_000 },
    );
  });

  it('reads every decimal as JavaScript does, however many digits it has', () => {
    const digits = fc.stringMatching(/^[0-9]{1,20}$/);
    fc.assert(
      fc.property(
        digits,
        fc.option(digits),
        fc.option(fc.integer({ min: -30, max: 30 })),
        (whole, fraction, exponent) => {
          const text = `${whole}${fraction === null ? '' : `.${fraction}`}${exponent === null ? '' : `e${exponent}`}`;
          const { read } = reader('prometheus-text');
          read('a 0\n');
          expect(read(`a ${text}\n`)[0]?.value).toBe(Number(text));
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

/** A cheap seeded generator: the same bodies each time. */
function* mutations(seedBody: string, count: number): Generator<Buffer> {
  let state = 12_345;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
  const interesting = Buffer.from('{}"\\\n =,#\0\xff.eE+-_19aNIé', 'latin1');
  for (let i = 0; i < count; i++) {
    let body = Buffer.from(seedBody);
    for (let edits = 1 + random(4); edits > 0 && body.length > 0; edits--) {
      const at = random(body.length);
      const kind = random(4);
      if (kind === 0) body = Buffer.concat([body.subarray(0, at), body.subarray(at + 1 + random(8))]);
      else if (kind === 1) body = body.subarray(0, at);
      else if (kind === 2) body[at] = interesting[random(interesting.length)] ?? 0;
      else {
        const piece = body.subarray(at, at + random(40));
        body = Buffer.concat([body.subarray(0, at), piece, body.subarray(at)]);
      }
    }
    yield body;
  }
}

describe('hostile bodies', () => {
  for (const [format, seedBody] of [
    ['prometheus-text', TEXT],
    ['openmetrics', OPEN_METRICS],
  ] as const) {
    it(`${format}: 25,000 damaged bodies are read or refused with the typed error, by a parser that goes on working`, () => {
      const veteran = reader(format);
      const untouched = reader(format).read(seedBody);
      let refused = 0;
      for (const body of mutations(seedBody, 25_000)) {
        try {
          veteran.read(body);
        } catch (error) {
          if (!(error instanceof LinewardenError)) throw error;
          refused++;
        }
      }
      expect(refused).toBeGreaterThan(1_000);
      expect(veteran.read(seedBody)).toEqual(untouched);
    });

    it(`${format}: what it remembers changes nothing: a parser with a history reads as a new one does`, () => {
      const veteran = reader(format);
      const outcome = (parser: ReturnType<typeof reader>, body: Buffer): unknown => {
        try {
          return parser.read(body);
        } catch (error) {
          return error instanceof LinewardenError ? error.message : error;
        }
      };
      for (const body of mutations(seedBody, 3_000))
        expect(outcome(veteran, body)).toEqual(outcome(reader(format), body));
    });
  }
});
