// A message of two alerts, one of which is over, as the receivers' tests send it.
import type { Message } from '../../../../electron/engine/alerting/delivery/message.ts';

const started = Date.UTC(2026, 10, 21, 3, 4, 5);

export const MESSAGE: Message = {
  receiver: 'team.x',
  groupKey: '{}:{alertname="LinkDown", site="north"}',
  status: 'firing',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'LinkDown', instance: 'core:8728', severity: 'critical', site: 'north' },
      annotations: {
        summary: 'Link of <core> & "edge" is down',
        description: 'ether1 lost its link.',
        runbook: 'https://wiki.example/r?a=1&b=2',
      },
      startsAtMs: started,
      endsAtMs: null,
      generatorUrl: 'http://lw.example/graph?g0.expr=up',
      fingerprint: '0123456789abcdef',
    },
    {
      status: 'resolved',
      labels: { alertname: 'LinkDown', instance: 'edge:8728', severity: 'critical', site: 'north' },
      annotations: { summary: 'Link of edge is down', description: 'ether1 lost its link.' },
      startsAtMs: started,
      endsAtMs: started + 90_500,
      generatorUrl: '',
      fingerprint: 'fedcba9876543210',
    },
  ],
  groupLabels: { alertname: 'LinkDown', site: 'north' },
  routeLabels: { team: 'field' },
  commonLabels: { alertname: 'LinkDown', severity: 'critical', site: 'north' },
  commonAnnotations: { description: 'ether1 lost its link.' },
  reason: 'first',
  externalUrl: 'http://lw.example',
  atMs: started + 120_000,
};
