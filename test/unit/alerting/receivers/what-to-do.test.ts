import { describe, expect, it } from 'vitest';
import type { Message } from '../../../../electron/engine/alerting/delivery/message.ts';
import { notificationOf } from '../../../../electron/engine/alerting/receivers/index.ts';
import { notificationTemplates } from '../../../../electron/engine/alerting/receivers/templates/index.ts';
import { MESSAGE } from './message.ts';

const render = notificationTemplates([]);
const withAction = (message: Message, action: string): Message => ({
  ...message,
  alerts: message.alerts.map((alert) => ({ ...alert, annotations: { ...alert.annotations, action } })),
  commonAnnotations: { ...message.commonAnnotations, action },
});
const message = withAction(MESSAGE, 'Look at <its> power & cable.');

const body = (of: Message): string => notificationOf(of, () => undefined).body;

describe('what to do about an alert', () => {
  it('is told in mails, once: not of what is over, and not among the other annotations', async () => {
    const text = await render('{{ template "email.default.text" . }}', message);
    expect(text.match(/power/g)).toHaveLength(1);
    expect(text).toContain('ether1 lost its link.\nWhat to do: Look at <its> power & cable.\n  alertname = LinkDown\n');
    const html = await render('{{ template "email.default.html" . }}', message, 'html');
    expect(html.match(/power/g)).toHaveLength(1);
    expect(html).toContain('<strong>What to do:</strong> Look at &lt;its&gt; power &amp; cable.</p>');
  });

  it('is told in Slack, whose text is empty without it, as in Alertmanager', async () => {
    expect(await render('{{ template "slack.default.text" . }}', message)).toBe(
      '*Link of <core> & "edge" is down*\nether1 lost its link.\nWhat to do: Look at <its> power & cable.\n',
    );
    expect(await render('{{ template "slack.default.text" . }}', MESSAGE)).toBe('');
  });

  it('is told in Mattermost', async () => {
    expect(await render('{{ template "mattermost.default.text" . }}', message)).toContain(
      'ether1 lost its link.\nWhat to do: Look at <its> power & cable.\n- alertname = LinkDown\n',
    );
  });

  it('is told by the window and the desktop where all alerts say the same', () => {
    const [first, second] = message.alerts;
    const one = { ...message, alerts: [first!] };
    expect(body(one)).toBe('ether1 lost its link.\nWhat to do: Look at <its> power & cable.');
    expect(body(message)).toBe(
      'Link of <core> & "edge" is down\nResolved: Link of edge is down\nWhat to do: Look at <its> power & cable.',
    );
    expect(body({ ...message, commonAnnotations: {} })).not.toContain('What to do');
    expect(body({ ...message, status: 'resolved', alerts: [second!] })).toBe('ether1 lost its link.');
  });
});
