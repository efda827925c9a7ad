// What is said of a mistake: what was expected there, and never a secret.
import { describe, expect, it } from 'vitest';
import { problemsOf } from './problems-of.ts';
import { oneOfTheSections } from './sections.ts';

const router = (fields: string): string => `routeros:\n  - {name: a, address: h, username: u, ${fields}}\n`;
const job = (fields: string): string => `scrape_configs:\n  - {job_name: a, ${fields}}\n`;

describe('a mistake is told with what was expected:', () => {
  it.each([
    [
      'a duration below its bound',
      'host: {interval: 10ms}',
      'f:1:18: host.interval: expected a duration from 1s to 1h, got "10ms"',
    ],
    [
      'a retention below a day',
      'storage: {retention: {raw: 5m}}',
      'f:1:28: storage.retention.raw: expected a duration from 1d to 100y, got "5m"',
    ],
    ['a number that is none', 'storage: {max_series: .nan}', 'f:1:23: storage.max_series: expected a number, got NaN'],
    [
      'an address that is none as key',
      'netflow: {sampling: {core: 10}}',
      'f:1:22: netflow.sampling.core: expected an IPv4 or IPv6 address as key',
    ],
    [
      'a label name that is none',
      job('static_configs: [{labels: {a-b: x}}]'),
      'f:2:46: scrape_configs[0].static_configs[0].labels.a-b: expected a label name such as site as key',
    ],
    [
      'a reserved label name',
      router('labels: {__a: x}'),
      'f:2:49: routeros[0].labels.__a: expected a label name that is not reserved as key',
    ],
    [
      'a switch that cannot be off',
      router('collectors: {resource: false}'),
      'f:2:63: routeros[0].collectors.resource: expected true, got false',
    ],
    ['a mapping in the place of a list', 'routeros: {name: a}', 'f:1:11: routeros: expected a list, got a mapping'],
    [
      'a device without addresses that is of no type',
      'devices: [{id: a, addresses: []}]',
      'f:1:30: devices[0].addresses: expected an address, or a type for what sends no flows',
    ],
    [
      'two ways to sign in',
      job('basic_auth: {password_file: p}, authorization: {credentials_file: c}'),
      'f:2:5: scrape_configs[0]: expected at most one of basic_auth, authorization and bearer_token',
    ],
    [
      'a TLS mode that is none',
      router('tls: on'),
      'f:2:45: routeros[0].tls: expected off, verify, insecure, anonymous or {pin: <SHA-256 as 64 hex digits>}, got "on"',
    ],
    [
      'a pin that is none',
      router('tls: {pin: abc}'),
      'f:2:51: routeros[0].tls.pin: expected the SHA-256 of the certificate, 64 hex digits, got "abc"',
    ],
    ['a TLS mapping without its pin', router('tls: {}'), 'f:2:45: routeros[0].tls.pin: missing; expected a string'],
    [
      'two devices of one id',
      'devices: [{id: a, addresses: [10.0.0.1]}, {id: a, addresses: [10.0.0.2]}]',
      'f:1:48: devices[1].id: expected an id that no other device has, got "a"',
    ],
    [
      'a device with the name of a router',
      'routeros: [{name: a, address: 10.0.0.1, username: u}]\ndevices: [{id: a, addresses: [10.0.0.2]}]',
      'f:2:16: devices[0].id: expected an id that is not the name of routeros[0], got "a"',
    ],
    [
      'a device with the id of a target',
      "scrape_configs: [{job_name: web, static_configs: [{targets: ['10.0.0.1:80']}]}]\ndevices: [{id: 'web/10.0.0.1:80', addresses: [10.0.0.2]}]",
      'f:2:16: devices[0].id: expected an id that is not that of a target of scrape_configs[0], got "web/10.0.0.1:80"',
    ],
    [
      'one address of two devices',
      'devices: [{id: a, addresses: [10.0.0.1]}, {id: b, addresses: [10.0.0.1]}]',
      'f:1:63: devices[1].addresses[0]: expected an address that is not listed already, got "10.0.0.1"',
    ],
    [
      'a timeout above the interval',
      'global: {scrape_interval: 5s, scrape_timeout: 6s}',
      'f:1:47: global.scrape_timeout: expected a scrape_timeout not above the scrape_interval, got "6s"',
    ],
    [
      "a job's timeout above the interval of all",
      job('scrape_timeout: 16s'),
      'f:2:35: scrape_configs[0].scrape_timeout: expected a scrape_timeout not above the scrape_interval, got "16s"',
    ],
    ['a key with a line end', '{"a\\nb": 1}', `f:1:2: ["a\\nb"]: unknown key; ${oneOfTheSections}`],
  ])('%s', (_, text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it('several in the order of the file, each once', () => {
    expect(problemsOf('http: {listen: x}\nhost:\n  interval: 1\n  enabled: 2\n')).toEqual([
      'f:1:16: http.listen: expected an address with a port such as 127.0.0.1:9470, got "x"',
      'f:3:13: host.interval: expected a duration such as 15s or 1h30m, got 1',
      'f:4:12: host.enabled: expected a boolean, got 2',
    ]);
  });

  it('a long text is told by its beginning', () => {
    expect(problemsOf(`global: {scrape_interval: ${'x'.repeat(1_000)}}`)).toEqual([
      `f:1:27: global.scrape_interval: expected a duration such as 15s or 1h30m, got "${'x'.repeat(60)}…"`,
    ]);
  });
});

describe('no secret is told:', () => {
  it.each([
    ['a password beside the router', router('password: geheim')],
    ['a password in the address', router('address: "monitor:geheim@10.0.0.1"').replace('address: h, ', '')],
    ['a password in a target', job('static_configs: [{targets: ["http://u:geheim@h:1/metrics"]}]')],
    ['a password with an @ in a target', job('static_configs: [{targets: ["http://u:p@geheim@h:1/metrics"]}]')],
    ['a token in the place of its mapping', job('authorization: "Bearer geheim"')],
    ['a password in the place of its mapping', job('basic_auth: geheim')],
  ])('%s', (_, text) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain('geheim');
  });
});
