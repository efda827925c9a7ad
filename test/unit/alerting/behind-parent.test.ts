// One cause, one message: what is behind a device that is away is not told of.
import { describe, expect, it } from 'vitest';
import { behindParent, type Watched } from '../../../electron/engine/alerting/index.ts';

const NOW = 1_000_000_000;

type Devices = Record<string, { state: Watched['state']; silentS?: number; parent?: string }>;

const behind = (devices: Devices, device: string): string | undefined =>
  behindParent(
    {
      deviceOf: (labels) => labels['device'],
      device(id) {
        const known = devices[id];
        if (known === undefined) return undefined;
        const lastSeenMs = NOW - (known.silentS ?? 0) * 1_000;
        return { id, name: id.toUpperCase(), state: known.state, lastSeenMs, intervalMs: 15_000 };
      },
      parentOf: (id) => devices[id]?.parent,
    },
    { device },
    NOW,
  );

const parent = (state: Watched['state'], silentS: number): Devices => ({
  core: { state, silentS },
  edge: { state: 'offline', parent: 'core' },
});

describe('an alert about a device', () => {
  it('is kept under a parent that is offline, however far up', () => {
    const devices: Devices = {
      core: { state: 'offline', silentS: 400 },
      dist: { state: 'online', parent: 'core' },
      edge: { state: 'offline', silentS: 400, parent: 'dist' },
    };
    expect(behind(devices, 'edge')).toBe('CORE, through which it is reached, is offline.');
    expect(behind(devices, 'dist')).toBe('CORE, through which it is reached, is offline.');
    expect(behind(devices, 'core')).toBeUndefined();
  });

  it('is kept while its parent misses answers, since both went silent at once', () => {
    expect(behind(parent('degraded', 40), 'edge')).toBe('CORE, through which it is reached, does not answer.');
    // It answers, and only its data is missing: what is behind it is reached.
    expect(behind(parent('degraded', 5), 'edge')).toBeUndefined();
    expect(behind(parent('offline', 5), 'edge')).toBeUndefined();
    expect(behind(parent('online', 5), 'edge')).toBeUndefined();
    expect(behind(parent('unknown', 400), 'edge')).toBeUndefined();
  });

  it('is told where nothing above it is known, and where parents go in a circle', () => {
    expect(behind({ edge: { state: 'offline', parent: 'gone' } }, 'edge')).toBeUndefined();
    expect(behind({}, 'edge')).toBeUndefined();
    const circle: Devices = { a: { state: 'online', parent: 'b' }, b: { state: 'online', parent: 'a' } };
    expect(behind(circle, 'a')).toBeUndefined();
  });
});
