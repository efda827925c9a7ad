// The fake network's answers to the setup of a router: the second address is the one that has not sent a template.
import type {
  AccessCheck,
  FlowsCheck,
  ImportPreview,
  RouterForm,
  SetupCheck,
  SetupMachine,
} from '../../../shared/contract/index.ts';

const machine: SetupMachine = {
  addresses: [
    { address: '10.0.0.5', interface: 'eth0', isOnRoute: true },
    { address: '192.168.88.20', interface: 'wlan0', isOnRoute: false },
  ],
  flowPort: 2055,
  logPort: 5514,
};

function access({ username, tls, pin }: RouterForm): AccessCheck {
  const certificate = tls === 'pin' && pin === '' ? '5f'.repeat(32) : null;
  return {
    isDone: true,
    findings: [
      ...(certificate === null
        ? []
        : [
            {
              level: 'note' as const,
              text: `The router shows the certificate ${certificate}; from now on only this one is trusted.`,
              hint: 'Compare it with the fingerprint that the last command printed.',
            },
          ]),
      { level: 'ok', text: 'Login works, in 12 ms.', hint: '' },
      { level: 'ok', text: 'It is core, CCR2004-1G-12S+2XS, RouterOS 7.18.2 (stable).', hint: '' },
      { level: 'ok', text: 'Policies `read` and `api` present.', hint: '' },
      {
        level: 'warning',
        text: `The group "${username}" may do more than monitoring needs: write, reboot.`,
        hint: 'Make it narrower: /user group set <group> policy=read,api',
      },
    ],
    certificate,
    version: '7.18.2 (stable)',
    identity: 'core',
  };
}

const arrivals = (address: string): SetupCheck => ({
  isDone: false,
  findings: [
    {
      level: 'failed',
      text: `Packets arrive from ${address} (NetFlow v9), but no flow template yet.`,
      hint: 'The template comes with every 20th packet, or after 30 minutes: set v9-template-timeout=1m on the target, or wait.',
    },
  ],
});

const flows = (address: string): FlowsCheck => ({
  findings: [
    { level: 'ok', text: 'Traffic flow is on.', hint: '' },
    { level: 'ok', text: 'It sends to 10.0.0.5:2055, NetFlow v9.', hint: '' },
  ],
  arrivals: arrivals(address),
  addresses: [address],
});

const logs: SetupCheck = {
  isDone: true,
  findings: [
    { level: 'ok', text: 'The router sends logs to 10.0.0.5:5514.', hint: '' },
    {
      level: 'note',
      text: 'Linewarden does not receive logs yet: this prepares the router for when it does.',
      hint: 'You may leave this step out.',
    },
  ],
};

export const onboarding = { machine, access, flows, arrivals, logs };

/** A row of every fate. */
export const importPreview: ImportPreview = {
  rows: [
    { line: 2, kind: 'router', name: 'tower-west', address: '10.0.3.1', fate: 'add', reason: '', changes: [] },
    {
      line: 3,
      kind: 'router',
      name: 'core',
      address: '10.0.0.1',
      fate: 'change',
      reason: '',
      changes: ['interval', 'password'],
    },
    {
      line: 4,
      kind: 'target',
      name: 'node',
      address: 'http://10.0.0.5:9100',
      fate: 'unchanged',
      reason: '',
      changes: [],
    },
    {
      line: 5,
      kind: 'router',
      name: 'Mill street',
      address: '10.0.0.9',
      fate: 'refused',
      reason: 'A new router needs a password, or a credential profile.',
      changes: [],
    },
  ],
  ignoredColumns: ['note'],
  problem: null,
};
