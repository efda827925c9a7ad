// Where alerts are told, in the config: inline or in a file of Alertmanager's, with mistakes told by their place.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { templateProblems, unsupportedReceivers } from '../../../electron/engine/alerting/index.ts';
import { loadConfig, redactConfig, redactRouting } from '../../../electron/engine/config/index.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'lw-routing-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  const file = path.join(dir, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};

const INLINE = `
alertmanager:
  route:
    receiver: here
    group_by: [alertname]
    group_wait: 5s
  receivers:
    - name: here
      window_configs: [{send_resolved: false}]
`;

describe('the routing of alerts', () => {
  it('is read from the section alertmanager', () => {
    const { routing } = loadConfig(write('linewarden.yml', INLINE));
    expect(routing?.config).toMatchObject({
      route: { receiver: 'here', groupBy: ['alertname'], groupWaitMs: 5_000 },
      receivers: [{ name: 'here', integrations: [{ kind: 'window', index: 0, settings: { send_resolved: false } }] }],
    });
    expect(routing?.file).toBe(path.join(dir, 'linewarden.yml'));
    expect(loadConfig(write('other.yml', 'host: {enabled: false}\n')).routing).toBeUndefined();
  });

  it('is read from a file of its own, whose paths start at its folder', () => {
    write(
      'am/alertmanager.yml',
      `
global: {smtp_auth_password_file: secrets/mail}
templates: ['*.tmpl']
route: {receiver: here}
receivers: [{name: here, desktop_configs: [{}]}]
`,
    );
    const { routing } = loadConfig(write('linewarden.yml', 'alertmanager_config_file: am/alertmanager.yml\n'));
    expect(routing?.file).toBe(path.join(dir, 'am/alertmanager.yml'));
    expect(routing?.templateFiles).toEqual([path.join(dir, 'am/*.tmpl')]);
    expect(routing?.config.global).toMatchObject({ smtp_auth_password_file: path.join(dir, 'am/secrets/mail') });
    expect(routing?.namedFiles).toEqual([
      { field: 'global.smtp_auth_password_file', file: path.join(dir, 'am/secrets/mail') },
    ]);
  });

  it('takes kinds of receivers that are not served, and tells of each', () => {
    const text = `
alertmanager:
  route: {receiver: ops}
  receivers:
    - name: ops
      pagerduty_configs: [{routing_key: abc}, {routing_key: def}]
      telegram_configs: [{chat_id: 5, bot_token_file: bot}]
      window_configs: [{}]
`;
    const { routing } = loadConfig(write('linewarden.yml', text));
    expect(unsupportedReceivers(routing!)).toEqual([
      'Receiver ops: pagerduty is not supported, nothing is sent there.',
      'Receiver ops: telegram is not supported, nothing is sent there.',
    ]);
  });
});

describe('what Alertmanager takes', () => {
  it('is taken: keys without a value, and what kinds that are not served share', () => {
    const text = `
global: {pagerduty_url: 'http://p/', opsgenie_api_key: x, smtp_auth_identity: me}
templates:
route: {receiver: ops, group_by: , routes: , match: , mute_time_intervals: }
inhibit_rules:
time_intervals:
receivers: [{name: ops, slack_configs: }]
`;
    const { routing } = loadConfig(
      write('linewarden.yml', `alertmanager_config_file: ${path.basename(write('am.yml', text))}\n`),
    );
    expect(routing?.config).toMatchObject({ route: { receiver: 'ops', routes: [] }, inhibitRules: [] });
  });

  it('though a template in it cannot be read, which is told', () => {
    const text = `
alertmanager:
  route: {receiver: ops}
  receivers:
    - name: ops
      slack_configs: [{api_url: 'http://s/', text: 'all well'}, {api_url: 'http://s/', fields: [{title: t, value: '{{ .X '}]}]
`;
    expect(templateProblems(loadConfig(write('linewarden.yml', text)).routing!.config)).toEqual([
      expect.stringMatching(
        /^Receiver ops: the template of slack_configs\[1\]\.fields\[0\]\.value cannot be read \(.+\); what it tells is sent in plain words\.$/,
      ),
    ]);
  });
});

describe('a mistake in it', () => {
  const mistakes: [string, string, string][] = [
    [
      'a receiver that there is not',
      INLINE.replace('receiver: here', 'receiver: there'),
      `linewarden.yml:4:15: alertmanager.route.receiver: expected the name of a receiver below receivers:, got "there"`,
    ],
    [
      'an unknown key',
      INLINE.replace('send_resolved', 'sends'),
      'linewarden.yml:9:25: alertmanager.receivers[0].window_configs[0].sends: unknown key',
    ],
    [
      'a matcher that is none',
      INLINE.replace('    group_wait: 5s', '    routes: [{matchers: [severity]}]'),
      'linewarden.yml:6:26: alertmanager.route.routes[0].matchers[0]: expected a matcher such as severity="critical"',
    ],
    [
      'something that nobody shares',
      INLINE.replace('alertmanager:', 'alertmanager:\n  global: {smtp_smarthosst: x}'),
      'linewarden.yml:3:12: alertmanager.global.smtp_smarthosst: unknown key',
    ],
    [
      'a duration that is none',
      INLINE.replace('5s', 'soon'),
      'linewarden.yml:6:17: alertmanager.route.group_wait: expected a duration such as 15s or 1h30m, got "soon"',
    ],
  ];

  it.each(mistakes)('is told with file, line and field: %s', (_, text, problem) => {
    const file = write('linewarden.yml', text);
    expect(() => loadConfig(file)).toThrow(problem);
  });

  it('in a file of its own is told by that file', () => {
    const own = write('alertmanager.yml', 'route: {receiver: x}\nreceivers: [{name: x, windows_configs: []}]\n');
    const file = write('linewarden.yml', 'alertmanager_config_file: alertmanager.yml\n');
    expect(() => loadConfig(file)).toThrow(`${own}:2:23: receivers[0].windows_configs: unknown key`);
    rmSync(own);
    expect(() => loadConfig(file)).toThrow(`${own}: the config file cannot be read: no such file`);
  });

  it('both at once is one', () => {
    const file = write('linewarden.yml', `${INLINE}alertmanager_config_file: alertmanager.yml\n`);
    expect(() => loadConfig(file)).toThrow(
      'linewarden.yml:10:27: alertmanager_config_file: expected either alertmanager or alertmanager_config_file',
    );
  });
});

describe('what is shown of it', () => {
  it('holds no address that whoever knows it can write to', () => {
    const text = `
global: {slack_api_url: 'https://hooks.example/T0/s3cret', smtp_smarthost: 'mail:587'}
route: {receiver: x}
receivers:
  - name: x
    webhook_configs: [{url: 'https://sink.example/s3cret', url_file: secrets/url}]
    slack_configs: [{api_url: 'https://hooks.example/s3cret', title_link: 'https://wiki.example/'}]
    pagerduty_configs: [{routing_key: s3cret}]
`;
    for (const shown of [redactRouting(text), redactConfig(`alertmanager:\n${text.replaceAll('\n', '\n  ')}`)]) {
      expect(shown).not.toContain('s3cret');
      for (const kept of ['mail:587', 'secrets/url', 'https://wiki.example/']) expect(shown).toContain(kept);
    }
  });
});
