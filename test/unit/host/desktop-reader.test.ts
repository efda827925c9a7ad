// The reader for macOS and Windows: what Node tells, under Node Exporter's names.
import { describe, expect, it } from 'vitest';
import { createDesktopReader } from '../../../electron/engine/collectors/host/index.ts';
import { interfaceCounters } from '../../../electron/engine/collectors/host/desktop/interface-counters.ts';
import type { HostPart } from '../../../electron/engine/collectors/host/index.ts';

const clock = { now: () => Date.now(), monotonic: () => performance.now() };

async function names(part: HostPart): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  await part.read((name, value, labels) => found.set(`${name}${JSON.stringify(labels ?? {})}`, value));
  return found;
}

const part = (platform: NodeJS.Platform, name: string): HostPart => {
  const found = createDesktopReader({ clock, platform }).parts.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no part ${name}`);
  return found;
};

describe('the macOS and Windows reader', () => {
  it('tells CPU, memory, boot time and the kernel', async () => {
    expect((await names(part('darwin', 'cpu'))).has('node_cpu_seconds_total{"cpu":"0","mode":"system"}')).toBe(true);
    const memory = await names(part('win32', 'meminfo'));
    expect([...memory.keys()]).toEqual([
      'node_memory_MemTotal_bytes{}',
      'node_memory_MemFree_bytes{}',
      'node_memory_MemAvailable_bytes{}',
    ]);
    expect(memory.get('node_memory_MemTotal_bytes{}')).toBeGreaterThan(1e8);
    const boot = (await names(part('darwin', 'stat'))).get('node_boot_time_seconds{}');
    expect(boot).toBeGreaterThan(1.5e9);
    expect(Number.isInteger(boot)).toBe(true);
  });

  it('tells no load average where there is none', async () => {
    expect((await names(part('darwin', 'loadavg'))).size).toBe(3);
    expect((await names(part('win32', 'loadavg'))).size).toBe(0);
  });

  it('starts no process for interface counters on Windows', () => {
    const partNames = createDesktopReader({ clock, platform: 'win32' }).parts.map(({ name }) => name);
    expect(partNames).not.toContain('netdev');
    expect(createDesktopReader({ clock, platform: 'darwin' }).parts.map(({ name }) => name)).toContain('netdev');
  });

  it('asks for interface counters at most every 15 s, and repeats them between', async () => {
    let nowMs = 0;
    let asked = 0;
    const counters = interfaceCounters(
      () => nowMs,
      () => {
        asked++;
        return Promise.resolve([
          { iface: 'en0', operstate: 'up', rx_bytes: 10 * asked, tx_bytes: 5, rx_dropped: null },
        ]);
      },
    );
    const poll = async () => {
      await names(counters);
      await new Promise(setImmediate);
      return names(counters);
    };
    expect((await poll()).get('node_network_receive_bytes_total{"device":"en0"}')).toBe(10);
    nowMs = 5_000;
    expect((await poll()).get('node_network_receive_bytes_total{"device":"en0"}')).toBe(10);
    nowMs = 15_000;
    const later = await poll();
    expect(later.get('node_network_receive_bytes_total{"device":"en0"}')).toBe(20);
    expect(later.get('node_network_up{"device":"en0"}')).toBe(1);
    expect(later.has('node_network_receive_drop_total{"device":"en0"}')).toBe(false);
    expect(asked).toBe(2);
  });

  it('fails as a part when the system answers nonsense', async () => {
    const counters = interfaceCounters(
      () => 0,
      () => Promise.resolve('nonsense'),
    );
    await names(counters);
    await new Promise(setImmediate);
    await expect(names(counters)).rejects.toThrow('Invalid input');
  });
});
