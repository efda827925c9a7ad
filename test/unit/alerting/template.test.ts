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

describe('templates of one evaluation', () => {
  it('ask one query once, whatever the number of alerts', async () => {
    const asked: string[] = [];
    const context = {
      nowMs: 0,
      externalUrl: '',
      query: async (expr: string) => {
        asked.push(expr);
        return [{ labels: Labels.EMPTY, value: asked.length }];
      },
    };
    const template = compileAlertTemplate('Test', '{{ $labels.n }}: {{ query "up" | first | value }}');
    const texts: string[] = [];
    for (const n of ['a', 'b', 'c']) {
      const data = { labels: Labels.fromRecord({ n }), value: 0, externalLabels: {} };
      texts.push(await expandAlertTemplate(template, data, context));
    }
    expect(texts).toEqual(['a: 1', 'b: 1', 'c: 1']);
    expect(asked).toEqual(['up']);
  });
});

const expand = (text: string, value = 0, labels: Record<string, string> = {}) =>
  expandAlertTemplate(
    compileAlertTemplate('Test', text),
    { labels: Labels.fromRecord(labels), value, externalLabels: { site: 'north' } },
    {
      nowMs: 1_000,
      externalUrl: 'http://lw.example/x/',
      query: async (expr) => {
        if (expr === 'bad') throw new Error('1:1: parse error: no');
        return [
          { labels: Labels.of('up', { instance: 'b' }), value: 2 },
          { labels: Labels.of('up', { instance: 'a' }), value: 1 },
        ];
      },
    },
  );

describe('templates of alerts', () => {
  // Expected texts follow the Go documentation of text/template and fmt.
  it.each([
    ['{{ $labels.instance }} is at {{ $value }}', 93.5, { instance: 'r1' }, 'r1 is at 93.5'],
    ['{{ .Labels.instance }} {{ .Value }}', 1e6, { instance: 'r1' }, 'r1 1e+06'],
    ['{{ $labels.missing }}|{{ $externalLabels.site }}|{{ $externalURL }}', 0, {}, '|north|http://lw.example/x/'],
    [
      '{{ printf "%.2f %5.1f|%-6s|%05d %x %q %t %%" $value $value "ab" 42 255 "q" true }}',
      3.1472,
      {},
      '3.15   3.1|ab    |00042 ff "q" true %',
    ],
    [
      '{{ printf "%d" $value }} {{ printf "%s" }} {{ printf "x" 1 }}',
      1.5,
      {},
      '%!d(float64=1.5) %!s(MISSING) x%!(EXTRA int=1)',
    ],
    ['{{ if gt $value 90.0 }}high{{ else if gt $value 50.0 }}middle{{ else }}low{{ end }}', 60, {}, 'middle'],
    ['{{ with $labels.comment }}({{ . }}){{ else }}none{{ end }}', 0, { comment: 'uplink' }, '(uplink)'],
    ['{{ printf "%c%c%c" 65 -1 99999999 }}', 0, {}, 'A\ufffd\ufffd'],
    ['a {{- " b " -}} c', 0, {}, 'a b c'],
    ['{{/* a comment */}}x', 0, {}, 'x'],
    ['{{ range query "up" | sortByLabel "instance" }}{{ .Labels.instance }}={{ .Value }} {{ end }}', 0, {}, 'a=1 b=2 '],
    ['{{ range $i, $s := query "up" }}{{ if $i }}, {{ end }}{{ $s.Labels.instance }}{{ end }}', 0, {}, 'b, a'],
    ['{{ range $k, $v := $labels }}{{ $k }}={{ $v }};{{ end }}', 0, { b: '2', a: '1' }, 'a=1;b=2;'],
    ['{{ $n := 0 }}{{ range query "up" }}{{ $n = .Value }}{{ end }}{{ $n }}', 0, {}, '1'],
    ['{{ range query "up" }}{{ .Value }}{{ break }}{{ end }}', 0, {}, '2'],
    ['{{ range $i := 3 }}{{ $i }}{{ end }}', 0, {}, '012'],
    ['{{ define "who" }}<{{ .instance }}>{{ end }}{{ template "who" $labels }}', 0, { instance: 'r1' }, '<r1>'],
    ['{{ len $labels }} {{ index $labels "a" }} {{ len "äx" }}', 0, { a: '1' }, '1 1 3'],
    [
      '{{ and 1 0 }} {{ or "" "x" }} {{ not true }} {{ eq "a" "b" "a" }} {{ ne 1 2 }} {{ le 2 2 }}',
      0,
      {},
      '0 x false true true true',
    ],
    [
      '{{ match "^r[0-9]+$" $labels.instance }} {{ "a b" | title }} {{ "a b&c" | urlQueryEscape }}',
      0,
      { instance: 'r12' },
      'true A B a+b%26c',
    ],
    ['{{ reReplaceAll "(\\\\w+)@(?P<host>\\\\w+)" "${2}.$1 $host $$" "me@home" }}', 0, {}, 'home.me home $'],
    ['{{ $labels }}', 0, { b: '2', a: '1' }, 'map[a:1 b:2]'],
    ['{{ humanizeDuration -90061 }}', 0, {}, '-1d 1h 1m 1s'],
    ['{{ `raw {{ string` }}', 0, {}, 'raw {{ string'],
  ])('%s', async (text, value, labels, expected) => {
    expect(await expand(text, value, labels as unknown as Record<string, string>)).toBe(expected);
  });

  it('a failing template tells its error in the text', async () => {
    // The column counts what Prometheus puts before each template (112 characters) and the three before `query`.
    expect(await expand('{{ query "bad" }}')).toBe(
      '<error expanding template: error executing template __alert_Test: template: __alert_Test:1:115: executing "__alert_Test" at <query "bad">: error calling query: 1:1: parse error: no>',
    );
    expect(await expand('{{ gt $value 1 }}')).toMatch(
      /at <gt \$value 1>: error calling gt: incompatible types for comparison>$/,
    );
    expect(await expand('{{ .Nope }}')).toMatch(/at <\.Nope>: can't evaluate field Nope in type template\.tmplData>$/);
  });

  it.each([
    ['{{ $nope }}', 'undefined variable "$nope"'],
    ['{{ nope 1 }}', 'function "nope" not defined'],
    ['{{ if 1 }}', 'unexpected EOF'],
    ['{{ end }}', 'unexpected {{end}}'],
    ['{{ "a }}', 'unterminated quoted string'],
    ['{{ (1 }}', 'unclosed left paren'],
    ['{{ }}', 'missing value for command'],
    ['{{ 1 | 2 }}', 'non executable command in pipeline stage 2'],
    ['{{ break }}', '{{break}} outside {{range}}'],
    ['a\n{{ ~ }}', "__alert_T:2: unrecognized character in action: U+007E '~'"],
    ['{{/* }}', 'unclosed comment'],
  ])('%s is refused when the file is loaded', (text, message) => {
    expect(() => compileAlertTemplate('T', text)).toThrow(message);
  });

  it('ends a template that would go on for ever', async () => {
    expect(await expand('{{ define "x" }}{{ template "x" }}{{ end }}{{ template "x" }}')).toMatch(
      /exceeded maximum template depth>$/,
    );
    expect(await expand('{{ range 1000 }}{{ range 1000 }}{{ end }}{{ end }}')).toMatch(/too many steps>$/);
  });
});
