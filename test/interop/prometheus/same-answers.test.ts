import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';
import { difference, type QueryData } from './compare.ts';
import { allSeries, requestsFor, startOf, STEP_MS, STEPS } from './data.ts';
import { askApi, missing, type Peer, remoteWrite, type Server, startPrometheus } from './peer.ts';
import { NOT_COMPARED, ORDERED, QUERIES, REFUSED, WINDOWS, WRITTEN_OTHERWISE } from './queries.ts';

const startMs = startOf(Date.now());
const seconds = (timeMs: number): string => String(timeMs / 1_000);
/** Beside the grid of the samples, and of every step of a subquery. */
const at = (step: number): number => startMs + step * STEP_MS + 7_000;
/** In the middle, in a gap of everything that has one, and after what ended. */
const TIMES = [at(240), at(312), at(455)];
const RANGE = { start: seconds(at(20)), end: seconds(at(STEPS + 30)), step: '75' };

const withTimes = (query: string): string =>
  query.replaceAll('START', seconds(at(100))).replaceAll('END', seconds(at(400)));

describe.skipIf(missing !== '')(
  `the same samples in a real Prometheus and here${missing === '' ? '' : ` (skipped: ${missing})`}`,
  () => {
    let served: Served;
    let peer: Peer;
    let servers: [ours: Server, theirs: Server];

    beforeAll(async () => {
      [served, peer] = await Promise.all([
        // Its step for subqueries that name none is Prometheus's own.
        startServe({
          // The sender is no device: what is told of devices would be series that Prometheus does not have.
          config:
            'global: {evaluation_interval: 1m}\nnetflow: {listen: []}\nhost: {enabled: false}\nremote_write_receiver: {new_devices: false}\n',
        }),
        startPrometheus('global: {}\n', ['--web.enable-remote-write-receiver']),
      ]);
      servers = [served, peer];
      for (const body of requestsFor(allSeries(), startMs)) {
        await Promise.all(servers.map((server) => remoteWrite(server, body)));
      }
    }, 60_000);
    afterAll(async () => {
      await Promise.all([served?.stop(), peer?.stop()]);
    });

    const both = (path: string, params: Record<string, string>) =>
      Promise.all(servers.map((server) => askApi(server, path, params)));

    /** Undefined when both answer the same. */
    const differenceIn = async (
      path: string,
      params: Record<string, string>,
      ordered: boolean,
    ): Promise<string | undefined> => {
      const answers = await both(path, params);
      const failed = answers.find(({ body }) => body.status !== 'success');
      if (failed !== undefined) return failed.body.error;
      const [ours, theirs] = answers.map(({ body }) => body.data as QueryData);
      return ours && theirs ? difference(ours, theirs, ordered) : 'there are no two answers';
    };

    it.each(QUERIES)('at three moments: %s', async (query) => {
      for (const timeMs of TIMES) {
        const params = { query: withTimes(query), time: seconds(timeMs) };
        expect(await differenceIn('query', params, ORDERED.has(query))).toBeUndefined();
      }
    });

    it.each(QUERIES.filter((query) => !query.startsWith('"')))('as a graph: %s', async (query) => {
      expect(await differenceIn('query_range', { query: withTimes(query), ...RANGE }, true)).toBeUndefined();
    });

    it.each(WINDOWS)('as samples: %s', async (query) => {
      for (const timeMs of TIMES) {
        expect(await differenceIn('query', { query, time: seconds(timeMs) }, true)).toBeUndefined();
      }
    });

    it.each(REFUSED)('refuses with the same status and type: %s', async (query) => {
      const answers = await both('query', { query, time: seconds(at(300)) });
      const [ours, theirs] = answers.map(({ status, body }) => ({ status, type: body.errorType }));
      expect(theirs?.status).toBeGreaterThanOrEqual(400);
      expect(ours).toEqual(theirs);
    });

    it.each(NOT_COMPARED)('answers what the older one does not: $query ($why)', async ({ query }) => {
      const [ours] = await both('query', { query, time: seconds(at(300)) });
      expect(ours?.body.status).toBe('success');
    });

    it.each([...QUERIES, ...WINDOWS].filter((query) => !WRITTEN_OTHERWISE.test(query)))(
      'is written the same: %s',
      async (query) => {
        const [ours, theirs] = await both('format_query', { query: withTimes(query) });
        expect(ours).toEqual(theirs);
      },
    );

    it.each([
      ['labels', {}],
      ['labels', { 'match[]': 'temperature' }],
      ['label/job/values', {}],
      ['label/__name__/values', {}],
      ['label/instance/values', { 'match[]': 'up{job="web"}' }],
      ['label/nothing/values', {}],
      ['series', { 'match[]': 'up' }],
      ['series', { 'match[]': '{__name__=~"temp.*",floor="1"}' }],
      ['series', { 'match[]': 'nothing_there' }],
      ['series', { 'match[]': 'requests_total', start: seconds(at(10)), end: seconds(at(400)) }],
      ['query_exemplars', { query: 'up', start: seconds(at(10)), end: seconds(at(400)) }],
    ])('lists the same: %s %o', async (path, params) => {
      const [ours, theirs] = await both(path, params);
      expect(ours).toEqual(theirs);
    });

    it.each([
      ['query', { query: 'up', time: 'x' }],
      ['query', { query: 'up', timeout: 'x' }],
      ['query_range', { query: 'up' }],
      ['query_range', { query: 'up', start: '1', end: '2', step: '0' }],
      ['query_range', { query: 'up', start: '1', end: '2', step: 'x' }],
      ['query_range', { query: 'up', start: '2', end: '1', step: '1' }],
      ['query_range', { query: 'up', start: '1', end: '1e6', step: '1' }],
      ['query_range', { query: 'up[5m]', start: '1', end: '2', step: '1' }],
      ['series', {}],
      ['series', { 'match[]': '{' }],
      ['series', { 'match[]': '{a=""}' }],
      ['labels', { start: 'x' }],
      ['query_exemplars', { query: 'up', start: '2', end: '1' }],
      ['format_query', { query: 'sum(' }],
      ['rules', { type: 'x' }],
    ])('refuses the same: %s %o', async (path, params) => {
      const [ours, theirs] = await both(path, params);
      expect(theirs?.status).toBe(400);
      expect([ours?.status, ours?.body.errorType]).toEqual([theirs?.status, theirs?.body.errorType]);
    });
  },
);
