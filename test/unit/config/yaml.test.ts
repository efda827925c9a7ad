// What counts as YAML in linewarden.yml: nothing is misread, passed over in silence, or allowed to grow without end.
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../electron/engine/config/index.ts';
import { problemsOf } from './problems-of.ts';
import { oneOfTheSections, SECTIONS } from './sections.ts';

describe('a document', () => {
  it.each([
    ['a list', '- a\n- b\n', 'f:1:1: expected a mapping, got a list'],
    ['a text', 'hello\n', 'f:1:1: expected a mapping, got a text'],
    ['a number', '5\n', 'f:1:1: expected a mapping, got 5'],
    ['two documents', 'host: {}\n---\nhost: {}\n', 'f:2:1: a second document begins here; expected one'],
    ['a tab as indentation', 'host:\n\tenabled: true\n', 'f:2:1: Tabs are not allowed as indentation'],
    ['a tag', 'http: !include http.yml\n', 'f:1:7: a tag that has no meaning here; expected a plain value'],
    ['an unknown directive', '%FOO bar\n---\nhost: {}\n', 'f:1:1: Unknown directive %FOO'],
    ['a key twice', 'host: {}\nhost: {}\n', 'f:2:1: Map keys must be unique, and host stands above already'],
    [
      'a key twice, once in quotes',
      '"host": {}\nhost: {}\n',
      'f:2:1: Map keys must be unique, and host stands above already',
    ],
    ['a list as key', '? [a]\n: b\n', 'f:1:3: expected a text as key'],
    ['no key', ': 1\n', 'f:1:1: expected a text as key'],
    ['__proto__ as key', 'global: {external_labels: {__proto__: a}}\n', 'f:1:28: __proto__ cannot be a key'],
    ['an unknown key', 'hosts: {}\n', `f:1:1: hosts: unknown key; ${oneOfTheSections}`],
    ['a number as key', '5: {}\n', `f:1:1: 5: unknown key; ${oneOfTheSections}`],
  ])('with %s is refused', (_, text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it.each([
    ['nothing', ''],
    ['a comment', '# nothing yet\n'],
    ['a start and an end', '---\nhost: {}\n...\n'],
    ['a byte order mark', '\uFEFFhost: {enabled: true}\n'],
    ['line ends of Windows', 'host:\r\n  enabled: true\r\n'],
  ])('may have %s', (_, text) => {
    expect(parseConfig(text, 'f')).toEqual(parseConfig('{}', 'f'));
  });

  it('is told by the same lines and columns whatever its line ends and byte order mark', () => {
    expect(problemsOf('host:\r\n  enabled: maybe\r\n')).toEqual([
      'f:2:12: host.enabled: expected a boolean, got "maybe"',
    ]);
    expect(problemsOf('\uFEFFhost: {enabled: maybe}')).toEqual([
      'f:1:17: host.enabled: expected a boolean, got "maybe"',
    ]);
  });

  it('keeps `off`, `yes` and `no` as texts, even where it asks for YAML 1.1', () => {
    const router = 'routeros: [{name: a, address: h, username: u, tls: off}]\n';
    expect(parseConfig(`%YAML 1.1\n---\n${router}`, 'f').routeros[0]?.tls).toBe('off');
    expect(problemsOf('%YAML 1.1\n---\nhost: {enabled: yes}\n')).toEqual([
      'f:3:17: host.enabled: expected a boolean, got "yes"',
    ]);
  });
});

const sharing = (index: number): string =>
  `  - {name: r${index}, address: h, username: u, labels: ${index === 0 ? '&l {a: b}' : '*l'}}\n`;
const tenfold = (name: string): string => `[${`*${name}, `.repeat(10)}]`;

describe('anchors, aliases and merge keys', () => {
  const routers = `routeros:
  - &first {name: core, address: 10.0.0.1, username: monitor, interval: 30s, labels: &where {site: north}}
  - <<: *first
    name: tower
    address: 10.0.0.2
  - {<<: [{interval: 1m}, *first], name: mast, labels: *where}
`;

  it('share settings between routers; own keys win, then the first that is merged', () => {
    expect(
      parseConfig(routers, 'f').routeros.map(({ name, address, interval, labels }) => [
        name,
        address,
        interval,
        labels,
      ]),
    ).toEqual([
      ['core', '10.0.0.1', 30_000, { site: 'north' }],
      ['tower', '10.0.0.2', 30_000, { site: 'north' }],
      ['mast', '10.0.0.1', 60_000, { site: 'north' }],
    ]);
  });

  it('tell a mistake where it was written', () => {
    expect(problemsOf(routers.replace('username: monitor', 'username: 5'))).toEqual([
      'f:2:54: routeros[0].username: expected a string, got 5',
      'f:2:54: routeros[1].username: expected a string, got 5',
      'f:2:54: routeros[2].username: expected a string, got 5',
    ]);
    expect(problemsOf('host:\n  <<: {enabled: maybe}\n')).toEqual([
      'f:2:17: host.enabled: expected a boolean, got "maybe"',
    ]);
  });

  it.each([
    ['an alias of nothing', 'host: *x\n', 'f:1:7: *x names nothing: no &x stands before it'],
    ['an alias before its anchor', 'host: *x\nglobal: &x {}\n', 'f:1:7: *x names nothing: no &x stands before it'],
    ['an alias of itself', 'host: &h\n  interval: *h\n', 'f:2:13: *h stands inside what it names'],
    ['an alias as key', '&a host: {}\n*a : {}\n', 'f:2:1: expected a text as key'],
    ['a merged text', 'host:\n  <<: all\n', 'f:2:7: expected a mapping to merge, such as *name'],
  ])('%s is refused', (_, text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it('may be many: a thousand routers share one mapping', () => {
    const text = `routeros:\n${Array.from({ length: 1_000 }, (_, index) => sharing(index)).join('')}`;
    expect(parseConfig(text, 'f').routeros[999]?.labels).toEqual({ a: 'b' });
  });

  it('do not make gigabytes of a few lines', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const bomb = names.map(
      (name, index) => `${name}: &${name} ${index === 0 ? 'x' : tenfold(names[index - 1] ?? '')}\n`,
    );
    const [first] = problemsOf(bomb.join(''));
    expect(first).toMatch(/^f:6:\d+: too many aliases: with this one they stand for over 100000 values$/);
  });
});

describe('an empty section', () => {
  it('means its defaults, as in Prometheus', () => {
    const empty = SECTIONS.map((name) => `${name}:\n`).join('');
    expect(parseConfig(empty, 'f')).toEqual(parseConfig('', 'f'));
    expect(parseConfig('host:\n  # interval: 5s\n', 'f').host).toEqual({ enabled: true, interval: 15_000 });
  });

  it.each([
    // Otherwise HTTPS would become HTTP without a word.
    ['http:\n  tls:\n', 'f:2:7: http.tls: expected a mapping, got nothing'],
    ['netflow:\n  listen:\n', 'f:2:10: netflow.listen: expected a list, got nothing'],
    ['host:\n  interval:\n', 'f:2:12: host.interval: expected a duration such as 15s or 1h30m, got nothing'],
    ['routeros:\n  -\n', 'f:2:4: routeros[0]: expected a mapping, got nothing'],
  ])('does not reach inside a section: %j', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it('does not pardon an unknown one', () => {
    expect(problemsOf('hosts:\n')).toEqual([`f:1:1: hosts: unknown key; ${oneOfTheSections}`]);
  });
});

describe('depth and length', () => {
  it('are bounded', () => {
    expect(problemsOf(`${'['.repeat(66)}${']'.repeat(66)}`)).toEqual(['f:1:66: nested too deeply']);
    expect(problemsOf(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)[0]).toMatch(/^f:1:\d+: nested too deeply$/);
    expect(problemsOf('- '.repeat(100_000))[0]).toMatch(/^f:1:\d+: nested too deeply$/);
  });

  it('do not slow the reading down: a hundred thousand keys, aliases and mistakes', () => {
    const keys = Array.from({ length: 50_000 }, (_, index) => `key${index}: 1\n`).join('');
    const told = problemsOf(keys);
    expect(told).toHaveLength(51);
    expect(told.at(-1)).toBe('f:51:1: and more; these are the first 50');
    expect(problemsOf(`rule_files: [&a x${', *a'.repeat(50_000)}]`)).toEqual([]);
  });
});
