import { describe, expect, it } from 'vitest';
import { DeliveryError } from '../../../../electron/engine/alerting/delivery/queue.ts';
import {
  notificationTemplates,
  TemplateFileError,
} from '../../../../electron/engine/alerting/receivers/templates/index.ts';
import { MESSAGE } from './message.ts';

const now = () => Date.UTC(2026, 10, 21, 3, 5, 35, 500);
const render = notificationTemplates([], now);

describe('templates of notifications', () => {
  it.each([
    ['{{ template "__subject" . }}', '[FIRING:1] LinkDown north (critical)'],
    ['{{ .GroupLabels }}', 'alertname=LinkDown, site=north'],
    ['{{ "a  " | trimSpace }}|{{ "hELLO wORLD" | title }}', 'a|Hello World'],
    ['{{ (index .Alerts 0).StartsAt | since }}', '1m30.5s'],
    ['{{ (index .Alerts 0).StartsAt | since | humanizeDuration }}', '1m 30s'],
    ['{{ humanizeDuration 3661.4 }} {{ humanizeDuration "0.25" }}', '1h 1m 1s 250ms'],
    [
      '{{ (index .Alerts 0).StartsAt | tz "Europe/Paris" | date "2006-01-02 15:04 MST -0700" }}',
      '2026-11-21 04:04 CET +0100',
    ],
    ['{{ (index .Alerts 0).StartsAt | tz "America/New_York" | date "Mon Jan _2 15:04 MST" }}', 'Fri Nov 20 22:04 EST'],
    ['{{ (index .Alerts 0).StartsAt | tz "Asia/Kolkata" | date "15:04 Z07:00" }}', '08:34 +05:30'],
    ['{{ now.Format "15:04:05.000" }}', '03:05:35.500'],
    [
      '{{ (toDate "2006-01-02 15:04 -0700" "2026-03-04 05:06 +0200").UTC.Format "2006-01-02T15:04Z07:00" }}',
      '2026-03-04T03:06Z',
    ],
    ['{{ toJson .CommonLabels }}', '{"alertname":"LinkDown","severity":"critical","site":"north"}'],
    [
      '{{ toJson (index .Alerts 0).Annotations.summary }}',
      String.raw`"Link of \u003ccore\u003e \u0026 \"edge\" is down"`,
    ],
    [
      '{{ toJson .CommonLabels.SortedPairs }}',
      '[{"Name":"alertname","Value":"LinkDown"},{"Name":"severity","Value":"critical"},{"Name":"site","Value":"north"}]',
    ],
    [
      '{{ toJson (index .Alerts.Resolved 0).EndsAt }} {{ toJson (index .Alerts 0).EndsAt }}',
      '"2026-11-21T03:05:35.5Z" "0001-01-01T00:00:00Z"',
    ],
    ['{{ urlUnescape "a%20b+c%C3%A9" }}', 'a b cé'],
    ['{{ base64encode "héllo" }} {{ base64decode "aMOpbGxv" }}', 'aMOpbGxv héllo'],
    ['{{ $l := list 1 "b" }}{{ $l = append $l 3 }}{{ len $l }} {{ (dict "k" "v").k }}', '3 v'],
    ['{{ join "+" (stringSlice "a" "b") }} {{ .Receiver }}', String.raw`a+b team\.x`],
    ['no template', 'no template'],
  ])('%s', async (template, expected) => {
    expect(await render(template, MESSAGE)).toBe(expected);
  });

  it('takes a later file before an earlier one, and either before those that come along', async () => {
    const own = notificationTemplates([
      { name: 'a.tmpl', text: '{{ define "__subject" }}A{{ end }}{{ define "both" }}A{{ end }}' },
      { name: 'b.tmpl', text: '{{ define "both" }}B{{ end }}' },
    ]);
    expect(await own('{{ template "slack.default.title" . }} {{ template "both" . }}', MESSAGE)).toBe('A B');
  });

  it('names the file and the line of what it cannot read', () => {
    const text = 'x\n{{ define "a" }}\n{{ nothing }}{{ end }}';
    expect(() => notificationTemplates([{ name: 'own.tmpl', text }])).toThrow(
      new TemplateFileError('own.tmpl:3: function "nothing" not defined'),
    );
  });

  it('tells where a template of a file failed, and that trying again is no use', async () => {
    const own = notificationTemplates([
      { name: 'own.tmpl', text: '\n{{ define "bad" }}{{ index .Alerts 9 }}{{ end }}' },
    ]);
    const failed = own('{{ template "bad" . }}', MESSAGE);
    await expect(failed).rejects.toThrow(
      'A template failed: template: own.tmpl:2:21: executing "bad" at <index .Alerts 9>: error calling index: index out of range: 9',
    );
    await expect(failed).rejects.toMatchObject({ isRetryable: false });
    await expect(render('{{ .Alerts.Foo }}', MESSAGE)).rejects.toBeInstanceOf(DeliveryError);
    await expect(render('{{ if }}', MESSAGE)).rejects.toBeInstanceOf(DeliveryError);
  });

  it.each([
    ['<p>{{ .CommonLabels.x }}{{ "<b>" }}</p>', '<p>&lt;b&gt;</p>'],
    ['<a href="{{ "javascript:alert(1)" }}">', '<a href="#ZgotmplZ">'],
    ['<a href="{{ " JaVaScRiPt:x" }}">', '<a href="#ZgotmplZ">'],
    ['<a href="{{ "http://a.example/?b=c&d" }}">', '<a href="http://a.example/?b=c&amp;d">'],
    [`<p title='{{ "it's" }}'>`, `<p title='it&#39;s'>`],
    ['{{ "<i>" | safeHtml }}', '<i>'],
  ])('html %s', async (template, expected) => {
    expect(await render(template, MESSAGE, 'html')).toBe(expected);
  });

  it.each(['<script>{{ .Status }}</script>', '<a onclick="{{ .Status }}">', '<a href={{ .Status }}>'])(
    'takes no value in HTML at %s',
    async (template) => {
      await expect(render(template, MESSAGE, 'html')).rejects.toThrow('HTML takes');
    },
  );
});
