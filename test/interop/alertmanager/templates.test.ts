// amtool renders the templates that come along, and templates that people write, exactly as we do.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DEFAULT_TEMPLATES } from '../../../electron/engine/alerting/receivers/templates/defaults.ts';
import { notificationTemplates } from '../../../electron/engine/alerting/receivers/templates/index.ts';
import { MESSAGE } from '../../unit/alerting/receivers/message.ts';

const found = spawnSync('amtool', ['--version']).status === 0;

const iso = (ms: number | null): string => (ms === null ? '0001-01-01T00:00:00Z' : new Date(ms).toISOString());

const TEXTS = [
  '{{ template "__subject" . }}',
  '{{ template "__text_alert_list" .Alerts }}',
  '{{ template "__text_alert_list_markdown" .Alerts }}',
  '{{ template "__text" . }}',
  '{{ template "slack.default.title" . }}|{{ template "slack.default.titlelink" . }}|{{ template "slack.default.fallback" . }}',
  '{{ template "email.default.text" . }}',
  '{{ template "own" . }}',
  '{{ range .CommonLabels.SortedPairs }}{{ .Name }}: {{ .Value }} {{ end }}{{ .CommonLabels.Names }} {{ .CommonLabels.Values }}',
  '{{ (.CommonLabels.Remove (stringSlice "alertname")).Values }} {{ len .Alerts }} {{ len .Alerts.Firing }} {{ (index .Alerts 0).Labels.instance }}',
  '{{ range .Alerts.Resolved }}{{ .EndsAt.Sub .StartsAt }} {{ .Fingerprint }} {{ .StartsAt }}{{ end }}{{ range .Alerts }} {{ .EndsAt.IsZero }}{{ end }}',
  '{{ .Receiver }} {{ .Status | title }} {{ "link o-k" | title }}',
  '{{ match "^cr" .CommonLabels.severity }} {{ reReplaceAll "(l)(i)" "$2-$1" .GroupLabels.alertname }} {{ "a" | printf "%s-%q" "b" }}',
  '{{ join "," (stringSlice "a" "b") }} {{ .CommonLabels.missing }}|{{ .CommonLabels.site | toUpper }}',
  '{{ with .CommonLabels.nothing }}yes{{ else }}no{{ end }} {{ if and .Alerts.Firing .Alerts.Resolved }}both{{ end }}',
];

const HTML = [
  '{{ template "email.default.html" . }}',
  '{{ range .Alerts }}<p title="{{ .Annotations.summary }}">{{ .Annotations.summary }}</p><a href="{{ .Annotations.runbook }}">{{ .Annotations.runbook | safeHtml }}</a>{{ end }}',
  '<b>{{ "<i>x</i>" | safeHtml }}</b><a href="{{ "javascript:alert(1)" }}">a</a><a href="{{ "https://x.example/?a=b&c=d" }}">b</a>',
];

describe.skipIf(!found)(`amtool's templates${found ? '' : ' (skipped: amtool is not installed)'}`, () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'lw-amtool-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const own =
    '{{ define "own" }}{{ range .Alerts }}{{ template "line" . }}{{ end }}{{ end }}{{ define "line" }}- {{ .Labels.instance }}\n{{ end }}';
  writeFileSync(path.join(dir, 'a-default.tmpl'), DEFAULT_TEMPLATES);
  writeFileSync(path.join(dir, 'b-own.tmpl'), own);
  writeFileSync(
    path.join(dir, 'data.json'),
    JSON.stringify({
      receiver: String.raw`team\.x`,
      status: MESSAGE.status,
      alerts: MESSAGE.alerts.map((alert) => ({
        status: alert.status,
        labels: alert.labels,
        annotations: alert.annotations,
        startsAt: iso(alert.startsAtMs),
        endsAt: iso(alert.endsAtMs),
        generatorURL: alert.generatorUrl,
        fingerprint: alert.fingerprint,
      })),
      groupLabels: MESSAGE.groupLabels,
      commonLabels: MESSAGE.commonLabels,
      commonAnnotations: MESSAGE.commonAnnotations,
      externalURL: MESSAGE.externalUrl,
    }),
  );
  const render = notificationTemplates([{ name: 'b-own.tmpl', text: own }]);
  const theirs = (text: string, type: 'text' | 'html'): string =>
    execFileSync(
      'amtool',
      [
        'template',
        'render',
        `--template.glob=${dir}/*.tmpl`,
        `--template.text=${text}`,
        `--template.type=${type}`,
        `--template.data=${dir}/data.json`,
      ],
      { encoding: 'utf8', timeout: 20_000 },
    );

  it.each(TEXTS)('text %s', async (text) => {
    expect(await render(text, MESSAGE)).toBe(theirs(text, 'text'));
  });

  it.each(HTML)('html %s', async (text) => {
    expect(await render(text, MESSAGE, 'html')).toBe(theirs(text, 'html'));
  });
});
