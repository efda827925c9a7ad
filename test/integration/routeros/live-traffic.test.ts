// Traffic of the interfaces that somebody looks at, each second.
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../electron/engine/clock.ts';
import { type RouterPoller, startRouterPoller } from '../../../electron/engine/collectors/routeros/index.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import type { SimulatedRouter } from '../../lab/routeros/index.ts';
import { RecordingAppender, RecordingPresence } from './recorders.ts';
import { atEnd, router, until } from './support.ts';

const COMMAND = '/interface/monitor-traffic';

function polled({ port, username, password }: SimulatedRouter): { poller: RouterPoller; appender: RecordingAppender } {
  const appender = new RecordingAppender();
  const poller = startRouterPoller({
    device: {
      id: 'core',
      name: 'core',
      address: '127.0.0.1',
      port,
      tls: 'off',
      username,
      intervalMs: 60_000,
      collectors: {},
      observe: false,
      labels: { site: 'north' },
    },
    password: () => Promise.resolve(password),
    appender,
    presence: new RecordingPresence(),
    clock: systemClock,
    logger: silentLogger,
    timing: { startSpreadMs: 0 },
  });
  atEnd(() => poller.stop());
  return { poller, appender };
}

type Second = { readonly rates: readonly object[]; readonly problem: string | null };

function look(poller: RouterPoller, names: readonly string[]) {
  const seconds: Second[] = [];
  const over: true[] = [];
  const release = poller.watchTraffic(names, {
    tell: ({ rates, problem }) => seconds.push({ rates, problem }),
    ended: () => over.push(true),
  });
  atEnd(release);
  /** The first second that has rates. */
  const first = (): Second | undefined => seconds.find(({ problem }) => problem === null);
  return { seconds, over, release, first };
}

const asked = ({ commands }: SimulatedRouter): string[] =>
  commands.filter(([command]) => command === COMMAND).map((words) => words[1] ?? '');

const series = (direction: string): string =>
  `linewarden_routeros_interface_${direction}_bits_per_second{name="ether1",routerboard_address="127.0.0.1",routerboard_name="core",site="north"}`;

describe('live traffic', () => {
  it('asks once for all that are looked at, tells each its own, and stores them while it lasts', async () => {
    const started = await router();
    started.faults.rows.set(COMMAND, [
      { name: 'ether1', 'rx-bits-per-second': '1000', 'tx-bits-per-second': '2000' },
      { name: 'ether2', 'rx-bits-per-second': '3000', 'tx-bits-per-second': '0' },
    ]);
    const { poller, appender } = polled(started);
    await until(() => poller.connection().state === 'connected');
    const one = look(poller, ['ether1']);
    const both = look(poller, ['ether1', 'ether2']);
    await until(() => asked(started).includes('=interface=ether1,ether2') && both.first() !== undefined);
    expect(one.first()?.rates).toEqual([{ name: 'ether1', rxBps: 1_000, txBps: 2_000 }]);
    expect(both.first()?.rates[1]).toEqual({ name: 'ether2', rxBps: 3_000, txBps: 0 });
    await until(() => appender.batches.some(({ samples }) => samples.get(series('rx')) === 1_000));
    expect(appender.batches.some(({ samples }) => samples.get(series('tx')) === 2_000)).toBe(true);

    one.release();
    both.release();
    await until(() => appender.batches.some(({ samples }) => samples.get(series('rx')) === 'stale'));
    const before = asked(started).length;
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(asked(started)).toHaveLength(before);
  });

  it('an interface that is gone does not hide the others', async () => {
    const started = await router();
    const { poller } = polled(started);
    await until(() => poller.connection().state === 'connected');
    started.faults.traps.set(COMMAND, { message: 'input does not match any value of interface' });
    const seen = look(poller, ['ether1', 'gone']);
    await until(() => seen.first() !== undefined);
    expect(seen.first()?.rates).toEqual([]);
    expect(asked(started).slice(0, 3)).toEqual(['=interface=ether1,gone', '=interface=ether1', '=interface=gone']);
  });

  it('a refusal is told in the words of the router, and not asked again each second', async () => {
    const started = await router();
    const { poller } = polled(started);
    await until(() => poller.connection().state === 'connected');
    started.faults.traps.set(COMMAND, { message: 'not enough permissions (9)' });
    const { seconds } = look(poller, ['ether1']);
    await until(() => seconds.some(({ problem }) => problem !== null));
    expect(seconds.find(({ problem }) => problem !== null)?.problem).toContain('permission');
    const before = asked(started).length;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(asked(started)).toHaveLength(before);
  });

  it('without a connection it says so; once the poller stops, every viewer is told that it is over', async () => {
    const started = await router();
    const { poller } = polled(started);
    await until(() => poller.connection().state === 'connected');
    started.setHang(true);
    await started.setOffline(true);
    const { seconds, over } = look(poller, ['ether1']);
    await until(() => seconds.some(({ problem }) => problem !== null));
    await poller.stop();
    expect(over).toEqual([true]);
    const late = look(poller, ['ether1']);
    expect(late.over).toEqual([true]);
  });
});
