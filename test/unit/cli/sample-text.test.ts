import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SampleText } from '../../../electron/cli/sample-text.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';

type Sample = [series: string, timeMs: number, value: number];

/** All samples of a text that comes in pieces of a length. */
function read(text: string, pieceBytes = Infinity): Sample[] {
  const samples: Sample[] = [];
  const parsed = new SampleText({
    targetOf: (labels) => ({
      push: (timeMs: number, value: number) => void samples.push([JSON.stringify(labels.toRecord()), timeMs, value]),
    }),
    turnTo: () => {},
    earliestMs: -Infinity,
    latestMs: Infinity,
  });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes)
    parsed.read(bytes.subarray(at, Math.min(bytes.length, at + pieceBytes)));
  parsed.end();
  expect(parsed.samples).toBe(samples.length);
  return samples;
}

/** The code and message of what a text fails with; anything but a LinewardenError is thrown on. */
function failure(text: string, pieceBytes = Infinity): string {
  try {
    read(text, pieceBytes);
  } catch (error) {
    if (error instanceof LinewardenError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'no error';
}

const UP = '{"__name__":"up"}';

describe('OpenMetrics text with times', () => {
  test('gives seconds as milliseconds, cut off behind the third digit', () => {
    const text =
      'up 1 1795082400\nup 0 1795082415.02\nup 1 1795082430.0209\nup 1 1795082445.\nup 1 1795082460.999999\n# EOF\n';
    expect(read(text)).toEqual([
      [UP, 1_795_082_400_000, 1],
      [UP, 1_795_082_415_020, 0],
      [UP, 1_795_082_430_020, 1],
      [UP, 1_795_082_445_000, 1],
      [UP, 1_795_082_460_999, 1],
    ]);
  });

  test('reads values of every form, the same in the first line of a series and in a later one', () => {
    const forms: [string, number][] = [
      ['12', 12],
      ['-3.5', -3.5],
      ['1e3', 1000],
      ['+Inf', Infinity],
      ['-Inf', -Infinity],
      ['NaN', Number.NaN],
      ['0.1', 0.1],
      ['18014398509481984000', 2 ** 54 * 1000],
      ['.5', 0.5],
      ['123456.789012', 123_456.789012],
      ['-0', -0],
    ];
    for (const [form, value] of forms) {
      const text = `up ${form} 1\nup ${form} 2\n# EOF\n`;
      expect(read(text)).toEqual([
        [UP, 1000, value],
        [UP, 2000, value],
      ]);
    }
  });

  test('keeps labels with their escapes, leaves exemplars and start times out, and writes bounds canonically', () => {
    const text = [
      '# HELP http Requests.',
      '# TYPE http counter',
      '# UNIT http requests',
      'http_total{path="/a\\"b\\\\c\\n",code="200"} 5 10 # {trace="x"} 0.5 9',
      'http_created{path="/"} 5 10',
      '# TYPE lat histogram',
      'lat_bucket{le="1"} 2 10',
      'lat_bucket{le="+Inf"} 3 10',
      '# TYPE g gauge',
      'g{le="1"} 7 10',
      '# EOF',
      '',
    ].join('\n');
    expect(read(text)).toEqual([
      ['{"__name__":"http_total","code":"200","path":"/a\\"b\\\\c\\n"}', 10_000, 5],
      ['{"__name__":"lat_bucket","le":"1.0"}', 10_000, 2],
      ['{"__name__":"lat_bucket","le":"+Inf"}', 10_000, 3],
      ['{"__name__":"g","le":"1"}', 10_000, 7],
    ]);
  });

  test('goes on behind # EOF, as files that were put one behind the other do', () => {
    expect(read('up 1 1\n# EOF\n# TYPE up gauge\nup 2 2\n# EOF\n').map(([, at]) => at)).toEqual([1000, 2000]);
  });

  test('is the same in pieces of any size', () => {
    const lines = Array.from(
      { length: 40 },
      (_, i) => `m{i="${i % 3}"} ${i * 7.25} ${1_795_082_400 + i * 15}.0${i % 10}`,
    );
    const text = `# TYPE m gauge\n${lines.join('\n')}\n# EOF\n`;
    const whole = read(text);
    expect(whole).toHaveLength(40);
    expect(whole[13]).toEqual(['{"__name__":"m","i":"1"}', 1_795_082_595_030, 94.25]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (bytes) => {
        expect(read(text, bytes)).toEqual(whole);
      }),
    );
  });

  test('a file that was cut is told', () => {
    expect(failure('up 1 1795082400\nup 1 1795082415\n')).toMatch(/^LW_IMPORT_CUT .*# EOF/);
    // The rest of the last time is gone: 17 seconds after 1970 is no time of this sample.
    const taken: number[] = [];
    const cut = new SampleText<{ push: (timeMs: number) => void }>({
      targetOf: () => ({ push: (timeMs) => void taken.push(timeMs) }),
      turnTo: (target) => target,
      earliestMs: -Infinity,
      latestMs: Infinity,
    });
    cut.read(Buffer.from('up 1 1795082400\nup 1 17'));
    expect(() => cut.end()).toThrow('cut');
    expect(taken).toEqual([1_795_082_400_000]);
    expect(failure('up 1 1795082400000\nup 1 17950824')).toMatch(/^LW_IMPORT_CUT .*middle of a line/);
    // Cut inside its last line: what there is of it still reads as a sample, which nothing can tell.
    expect(failure('up 1 1795082400\nup 1 17950')).toMatch(/^LW_IMPORT_CUT/);
  });
});

describe('Prometheus text with times', () => {
  test('in milliseconds is known by its first sample and needs no # EOF', () => {
    const text =
      '# TYPE up gauge\nup{ a="b" ,} 1 1795082400020\nup{ a="b" ,} 3 1795082415020\n\nup{a="c"} NaN 1795082400020\n';
    expect(read(text)).toEqual([
      ['{"__name__":"up","a":"b"}', 1_795_082_400_020, 1],
      ['{"__name__":"up","a":"b"}', 1_795_082_415_020, 3],
      ['{"__name__":"up","a":"c"}', 1_795_082_400_020, Number.NaN],
    ]);
  });

  test('of all series at each time gives each its own', () => {
    const text = [0, 1, 2]
      .flatMap((i) => ['a', 'b'].map((l) => `m{l="${l}"} ${i} ${1_795_082_400_000 + i}\n`))
      .join('');
    expect(read(text).map(([series, at, value]) => [series.at(-3), at - 1_795_082_400_000, value])).toEqual([
      ['a', 0, 0],
      ['b', 0, 0],
      ['a', 1, 1],
      ['b', 1, 1],
      ['a', 2, 2],
      ['b', 2, 2],
    ]);
  });
});

describe('a line that is none', () => {
  test.each([
    ['up 1 1\nup\n', 'Line 2: a value is expected after the series, not ""'],
    ['up 1 1\n\n# TYPE x gauge\nx one 2\n', 'Line 4: a value is expected after the series, not "one"'],
    ['up 1\n', 'Line 1: a sample without a time'],
    ['up 1 soon\n', 'Line 1: a time is expected, not "soon"'],
    ['up 1 NaN\n', 'Line 1: a time is expected, not "NaN"'],
    ['up 1 1 2\n', 'Line 1: nothing is expected after the time, but "2"'],
    ['up{a=b} 1 1\n', 'Line 1: a quoted label value is expected'],
    ['up{a="1",a="2"} 1 1\n', 'Line 1: label name "a" is not unique'],
    ['{a="1"} 1 1\n', 'Line 1: the metric name is missing'],
    ['up 1 1\nup 1 1795082400000\n', 'Line 2: a time in milliseconds among times in seconds'],
    ['up 1 1795082400000\nup 1 1795082400\n', 'Line 2: a time in seconds (or before 1973) among times in milliseconds'],
    ['# EOF of it\n', 'Line 1: nothing is expected after # EOF'],
    ['# TYPE up weird\nup 1 1\n', 'Line 2: invalid metric type "weird"'],
  ])('%j', (text, message) => {
    expect(failure(text)).toContain(message);
  });

  test('is refused when it is longer than any line should be', () => {
    expect(failure(`up 1 1\nup{a="${'x'.repeat(1024 * 1024)}`)).toContain('Line 2: a line of more than 1048576 bytes');
  });

  test('whatever comes, nothing but a sentence with the line is thrown', () => {
    const word = fc.constantFrom(
      'up',
      '{',
      '}',
      '"',
      'a',
      '=',
      ',',
      ' ',
      '\n',
      '\\',
      '#',
      'TYPE',
      'EOF',
      '1',
      '.5',
      'e9',
      '1795082400',
      '1795082400000',
      'NaN',
      '\t',
      '\r',
      'é',
      '\0',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), fc.integer({ min: 1, max: 60 }), (words, bytes) => {
        expect(failure(words.join(''), bytes)).toMatch(/^(no error$|LW_IMPORT_BAD_LINE Line \d+: |LW_IMPORT_CUT )/);
      }),
      { numRuns: 3000 },
    );
  });
});

test('samples of times outside the bounds are counted, with the first of them, and the rest is taken', () => {
  const taken: number[] = [];
  const parsed = new SampleText({
    targetOf: () => ({ push: (timeMs: number) => void taken.push(timeMs) }),
    turnTo: () => {},
    earliestMs: 1_000,
    latestMs: 5_000,
  });
  // Plain lines of a series and others, early ones, late ones, and the bounds themselves.
  parsed.read(
    Buffer.from('up 1 0.999\nup 1 1\nup 1 5\nup 1 5.001\nup 1 9\nother +Inf 9e10\nother NaN -3\nup 1 4.5\n# EOF\n'),
  );
  parsed.end();
  expect(taken).toEqual([1_000, 5_000, 4_500]);
  expect(parsed.samples).toBe(3);
  expect([parsed.firstMs, parsed.lastMs]).toEqual([1_000, 5_000]);
  expect(parsed.tooEarly).toEqual({ count: 2, line: 1, timeMs: 999 });
  expect(parsed.tooLate).toEqual({ count: 3, line: 4, timeMs: 5_001 });
});
