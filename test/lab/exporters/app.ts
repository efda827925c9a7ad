// A simulated web application: requests by route and code, their durations as a histogram, and what is in flight.
import { GrowingHistogram } from './families.ts';
import type { Family } from './families.ts';
import { createRandom } from './random.ts';

const ROUTES = ['/', '/login', '/api/items', '/api/orders'] as const;
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const REQUESTS_PER_SECOND = 12;
/** However long nobody asked: one answer must not take seconds to catch up. */
const MAX_CATCH_UP = 5_000;

/** Returns what it exposes after `seconds` of life; called with growing times. */
export function createApp(seed: number): (seconds: number) => Family[] {
  const random = createRandom(seed);
  const requests = new Map<string, { labels: Record<string, string>; value: number }>();
  const durations = new Map(ROUTES.map((route) => [route, new GrowingHistogram(BOUNDS)]));
  const startSeconds = Math.floor(Date.now() / 1000);
  let last = 0;
  for (const route of ROUTES) {
    for (const code of ['200', '500']) requests.set(`${route} ${code}`, { labels: { route, code }, value: 0 });
  }
  return (seconds) => {
    const passed = Math.max(0, seconds - last);
    last = seconds;
    const wave = 1 + 0.5 * Math.sin(seconds / 90);
    const count = Math.min(MAX_CATCH_UP, Math.round(passed * REQUESTS_PER_SECOND * wave));
    for (let i = 0; i < count; i++) {
      const route = ROUTES[Math.floor(random.next() ** 2 * ROUTES.length)] ?? '/';
      const entry = requests.get(`${route} ${random.next() < 0.02 ? '500' : '200'}`);
      if (entry !== undefined) entry.value++;
      durations.get(route)?.observe(0.004 / (1.0001 - random.next()));
    }
    return [
      {
        name: 'app_requests',
        type: 'counter',
        help: 'Requests answered, by route and status code.',
        samples: [...requests.values()].map(({ labels, value }) => ({ labels: { ...labels }, value })),
      },
      {
        name: 'app_request_duration_seconds',
        type: 'histogram',
        help: 'How long answers took.',
        samples: [...durations].flatMap(([route, histogram]) => histogram.samples({ route })),
      },
      {
        name: 'app_requests_in_flight',
        type: 'gauge',
        help: 'Requests that are being answered.',
        samples: [{ value: Math.floor(random.between(0, 6) * wave) }],
      },
      {
        name: 'process_start_time_seconds',
        type: 'gauge',
        help: 'Start time of the process since unix epoch in seconds.',
        samples: [{ value: startSeconds }],
      },
      {
        name: 'app_build',
        type: 'info',
        help: 'The version that runs.',
        samples: [{ labels: { version: '2.4.1' }, value: 1 }],
      },
    ];
  };
}
