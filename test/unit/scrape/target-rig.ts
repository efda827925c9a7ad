// One scrape target over real HTTP on loopback, its samples in memory, and what it told presence.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach } from 'vitest';
import { systemClock } from '../../../electron/engine/clock.ts';
import type { Clock } from '../../../electron/engine/clock.ts';
import { formTarget, startScrapeTarget } from '../../../electron/engine/collectors/scrape/index.ts';
import type { ScrapeTarget, TargetConfig } from '../../../electron/engine/collectors/scrape/index.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { MemoryAppender } from './memory-appender.ts';

const own = { job: 'j', instance: 'i' };

/** A series of the target of this file's tests. */
export const of = (name: string, labels: Record<string, string> = {}): Labels => Labels.of(name, { ...labels, ...own });

export async function until(what: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !what(); i++) {
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
  if (!what()) throw new Error('it did not come');
}

export type Told = { kind: string; code?: string; message?: string };

class TargetRig {
  readonly cleanups: (() => unknown)[] = [];
  appender = new MemoryAppender();
  told: Told[] = [];
  clock: Clock = systemClock;

  start(url: string, changes: Partial<TargetConfig> = {}): ScrapeTarget {
    const form = formTarget({ job: 'j', url, intervalMs: 1_000 });
    const target = startScrapeTarget({
      target: { ...form, instance: 'i', intervalMs: 100, timeoutMs: 2_000, labels: own, ...changes },
      deviceId: 'd',
      appender: this.appender,
      presence: {
        seen: () => this.told.push({ kind: 'seen' }),
        telemetry: () => this.told.push({ kind: 'telemetry' }),
        failed: (_, __, error) => this.told.push({ kind: 'failed', ...error }),
      },
      clock: this.clock,
      logger: silentLogger,
    });
    this.cleanups.push(() => target.stop());
    return target;
  }

  async serve(listener: RequestListener): Promise<string> {
    return `http://127.0.0.1:${await this.listening(createServer(listener))}/metrics`;
  }

  async listening(server: Server): Promise<number> {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.cleanups.push(async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    return (server.address() as AddressInfo).port;
  }

  up(): number | undefined {
    return this.appender.last(of('up'))?.value;
  }

  scraped(count: number): Promise<void> {
    return until(() => this.appender.samples(of('up')).length >= count);
  }

  /** The first failure that presence is told of. */
  async firstFailure(url: string, changes: Partial<TargetConfig> = {}): Promise<Told | undefined> {
    this.start(url, changes);
    await until(() => this.told.some(({ kind }) => kind === 'failed'));
    await until(() => this.up() === 0);
    return this.told.find(({ kind }) => kind === 'failed');
  }
}

/** A fresh rig for each test of the file. */
export function useTargetRig(): TargetRig {
  const rig = new TargetRig();
  beforeEach(() => {
    rig.appender = new MemoryAppender();
    rig.told = [];
    rig.clock = systemClock;
  });
  afterEach(async () => {
    for (const cleanup of rig.cleanups.splice(0).toReversed()) await cleanup();
  });
  return rig;
}
