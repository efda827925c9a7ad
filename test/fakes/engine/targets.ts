// Scrape targets of every kind: up, down, with refused samples, not yet scraped, dropped, and a discovery that fails.
import type { ScrapeTargets } from '../../../shared/contract/index.ts';

export function scrapeTargets(nowMs: number): ScrapeTargets {
  const target = (job: string, instance: string, more: Partial<ScrapeTargets['targets'][number]> = {}) => ({
    deviceId: `${job}/${instance}`,
    job,
    instance,
    labels: { job, instance, site: 'north' },
    discoveredLabels: {
      __address__: instance,
      __meta_filepath: '/etc/linewarden/targets/north.yml',
      __metrics_path__: '/metrics',
      __scheme__: 'http',
      __scrape_interval__: '15s',
      __scrape_timeout__: '10s',
      job,
    },
    url: `http://${instance}/metrics`,
    state: 'up' as const,
    error: '',
    samples: 1_204,
    durationMs: 23,
    intervalMs: 15_000,
    timeoutMs: 10_000,
    lastScrapeMs: nowMs - 7_000,
    nextScrapeMs: nowMs + 8_000,
    ...more,
  });
  return {
    targets: [
      ...Array.from({ length: 24 }, (_, i) =>
        target('node', `10.20.0.${10 + i}:9100`, { samples: 1_180 + i, durationMs: 18 + i }),
      ),
      target('node', '10.20.0.99:9100', {
        state: 'down',
        error:
          '10.20.0.99:9100 refuses the connection. Nothing listens on that port: check that the exporter runs, and its port.',
        samples: 0,
        durationMs: 2,
      }),
      target('app', 'app.example.net:8443', {
        error: '312 samples of the last scrape were refused: a limit of series is reached.',
        samples: 12_400,
      }),
      target('blackbox', 'https://example.net/', {
        url: 'http://127.0.0.1:9115/probe?module=http_2xx&target=https%3A%2F%2Fexample.net%2F',
        samples: 19,
      }),
      target('blackbox', 'https://portal.example.net/', {
        state: 'unknown',
        samples: 0,
        durationMs: null,
        lastScrapeMs: null,
      }),
    ],
    jobs: [
      {
        job: 'node',
        active: 25,
        droppedCount: 2,
        dropped: ['10.20.0.200:9100', '10.20.0.201:9100'].map((address) => ({
          discoveredLabels: { __address__: address, job: 'node', retired: 'yes' },
          reason: 'dropped by relabel_configs[1] (drop retired against yes)',
        })),
        errors: [],
      },
      { job: 'app', active: 1, droppedCount: 0, dropped: [], errors: [] },
      {
        job: 'blackbox',
        active: 2,
        droppedCount: 0,
        dropped: [],
        errors: ['inventory.example.net answers with HTTP status 503.'],
      },
    ],
  };
}
