// Relabelling rules: every action, its defaults, and what is refused, as Prometheus documents and tests them.
import { describe, expect, it } from 'vitest';
import { compileRelabel, compileSeriesRelabel, relabelConfigsSchema } from '../../../electron/engine/relabel/index.ts';
import { Labels } from '../../../shared/model/labels.ts';

type Set = Record<string, string>;

/** The labels after the rules; 'dropped' where they drop them. */
function after(labels: Set, ...rules: unknown[]): Set | 'dropped' {
  const map = new Map(Object.entries(labels));
  return compileRelabel(relabelConfigsSchema.parse(rules))(map) ? Object.fromEntries(map) : 'dropped';
}

const problem = (rule: unknown): string =>
  JSON.stringify(
    relabelConfigsSchema.safeParse([rule]).error?.issues.map(({ path, message }) => [path[1], message]) ?? 'valid',
  );

const ports = (action: string) => ({ source_labels: ['__tmp_port'], target_label: '__port', action });
const hashed = (label: string) => ({ source_labels: [label], target_label: 'd', modulus: 1000, action: 'hashmod' });

describe('replace', () => {
  it('writes the groups of a match into the target', () => {
    expect(
      after(
        { a: 'foo', b: 'bar', c: 'baz' },
        { source_labels: ['a'], target_label: 'd', regex: 'f(.*)', replacement: 'ch${1}-ch${1}' },
      ),
    ).toEqual({ a: 'foo', b: 'bar', c: 'baz', d: 'choo-choo' });
  });

  it('joins the source labels, those that are absent as empty', () => {
    expect(
      after({ a: 'foo', b: 'bar' }, { source_labels: ['a', 'x', 'b'], separator: '|', target_label: 'd' }),
    ).toEqual({
      a: 'foo',
      b: 'bar',
      d: 'foo||bar',
    });
  });

  it('matches the whole value only', () => {
    const rule = { source_labels: ['a'], target_label: 'b', regex: 'o', replacement: 'x' };
    expect(after({ a: 'foo' }, rule)).toEqual({ a: 'foo' });
    expect(after({ a: 'o' }, rule)).toEqual({ a: 'o', b: 'x' });
  });

  it('keeps an alternation whole', () => {
    const rule = { source_labels: ['a'], target_label: 'b', regex: 'f|foo', replacement: 'x' };
    expect(after({ a: 'foo' }, rule)).toEqual({ a: 'foo', b: 'x' });
    expect(after({ a: 'fx' }, rule)).toEqual({ a: 'fx' });
  });

  it('takes a label away with an empty value', () => {
    expect(
      after({ a: 'foo', b: 'bar' }, { source_labels: ['a'], regex: '(f).*', target_label: 'b', replacement: '$2' }),
    ).toEqual({
      a: 'foo',
    });
    expect(after({ a: 'x' }, { target_label: 'a', replacement: '' })).toEqual({});
  });

  it('names the target by what was matched, unless that is no label name', () => {
    const rule = {
      source_labels: ['a'],
      regex: '(?P<name>[^=]+)=(.*)',
      target_label: '__param_${name}',
      replacement: '${2}$$',
    };
    expect(after({ a: 'module=http' }, rule)).toEqual({ a: 'module=http', __param_module: 'http$' });
    expect(after({ a: 'mod-ule=http' }, rule)).toEqual({ a: 'mod-ule=http' });
  });

  it('reads $1x as a group called 1x, which is empty', () => {
    expect(after({ a: 'foo' }, { source_labels: ['a'], target_label: 'b', replacement: 'v$1x' })).toEqual({
      a: 'foo',
      b: 'v',
    });
  });

  it('hands one rule what the one before it wrote', () => {
    const probe = [
      { source_labels: ['__address__'], target_label: '__param_target' },
      { source_labels: ['__param_target'], target_label: 'instance' },
      { target_label: '__address__', replacement: '127.0.0.1:9115' },
    ];
    expect(after({ __address__: 'https://example.net' }, ...probe)).toEqual({
      __address__: '127.0.0.1:9115',
      __param_target: 'https://example.net',
      instance: 'https://example.net',
    });
  });
});

describe('the other actions', () => {
  it('keep and drop by the joined values', () => {
    expect(after({ a: 'foo', b: 'bar' }, { source_labels: ['a', 'b'], regex: 'foo;b.r', action: 'keep' })).not.toBe(
      'dropped',
    );
    expect(after({ a: 'foo' }, { source_labels: ['a'], regex: 'oo', action: 'keep' })).toBe('dropped');
    expect(after({ a: 'foo' }, { source_labels: ['a'], regex: '.*o', action: 'drop' })).toBe('dropped');
    expect(after({ a: 'boo\nfar' }, { source_labels: ['a'], regex: 'b.*', action: 'drop' })).toBe('dropped');
  });

  it('keepequal and dropequal compare two labels', () => {
    const same = { __tmp_port: '1234', __port: '1234' };
    const other = { __tmp_port: '1234', __port: '5678' };
    expect(after(same, ports('keepequal'))).toEqual(same);
    expect(after(other, ports('keepequal'))).toBe('dropped');
    expect(after(same, ports('dropequal'))).toBe('dropped');
    expect(after(other, ports('DropEqual'))).toEqual(other);
  });

  // From Prometheus's own tests; the same as the last eight bytes of `printf baz | md5sum`, modulo 1000.
  it('hashmod divides as other servers do', () => {
    expect(after({ c: 'baz' }, hashed('c'))).toEqual({ c: 'baz', d: '976' });
    expect(after({ a: 'foo\nbar' }, hashed('a'))).toEqual({ a: 'foo\nbar', d: '734' });
  });

  it('labelmap copies by name', () => {
    expect(
      after(
        { __meta_rack: 'r1', __meta_my_bar: 'x', a: 'foo' },
        { action: 'labelmap', regex: '__meta_(my.*|rack)', replacement: 'site_${1}' },
      ),
    ).toEqual({ __meta_rack: 'r1', __meta_my_bar: 'x', a: 'foo', site_rack: 'r1', site_my_bar: 'x' });
  });

  it('labeldrop and labelkeep by name', () => {
    expect(after({ a: '1', b1: '2', b2: '3' }, { action: 'labeldrop', regex: 'b.*' })).toEqual({ a: '1' });
    expect(after({ a: '1', b1: '2', b2: '3' }, { action: 'labelkeep', regex: 'b.*' })).toEqual({ b1: '2', b2: '3' });
  });

  it('lowercase and uppercase', () => {
    expect(
      after(
        { foo: 'bAr123Foo' },
        { source_labels: ['foo'], target_label: 'up', action: 'uppercase' },
        { source_labels: ['foo'], target_label: 'low', action: 'lowercase' },
      ),
    ).toEqual({ foo: 'bAr123Foo', up: 'BAR123FOO', low: 'bar123foo' });
  });
});

describe('series', () => {
  it('get a new set, or none', () => {
    const relabel = compileSeriesRelabel(
      relabelConfigsSchema.parse([
        { source_labels: ['__name__'], regex: 'go_.*', action: 'drop' },
        { regex: 'handler', action: 'labeldrop' },
      ]),
    );
    expect(relabel(Labels.of('go_threads'))).toBeUndefined();
    expect(relabel(Labels.of('http_total', { handler: '/x', code: '200' }))?.toRecord()).toEqual({
      __name__: 'http_total',
      code: '200',
    });
  });
});

describe('refusing rules', () => {
  it.each([
    [{ action: 'replace' }, 'target_label'],
    [{ target_label: 'a-b' }, 'target_label'],
    [{ action: 'hashmod', target_label: 'a' }, 'modulus'],
    [{ action: 'labelmap', replacement: 'a-b' }, 'replacement'],
    [{ action: 'labeldrop', regex: 'x', source_labels: ['a'] }, 'source_labels'],
    [{ action: 'dropequal', source_labels: ['a'], target_label: 'b', regex: 'x' }, 'regex'],
    [{ action: 'lowercase', target_label: '$1' }, 'target_label'],
    [{ action: 'uppercase', target_label: 'a', replacement: 'b' }, 'replacement'],
    [{ action: 'keep', regex: '(?=x)' }, 'regex'],
    [{ action: 'keep', regex: 'a)(b' }, 'regex'],
    [{ action: 'remove' }, 'action'],
  ])('%j', (rule, key) => {
    expect(problem(rule)).toContain(`["${key}"`);
  });

  it('takes the usual ones', () => {
    expect(problem({ target_label: '${1}_x', source_labels: ['a'] })).toBe('"valid"');
    expect(problem({ action: 'Drop', regex: 5, source_labels: ['a'] })).toBe('"valid"');
  });
});
