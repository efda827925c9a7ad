// http_sd: target groups as JSON from a server, asked at the refresh interval.
import { HttpSession, httpSettings } from '../../../http-client/index.ts';
import { requestFailure } from '../failures.ts';
import type { HttpSd } from './config.ts';
import { discoveryError, MAX_LIST_BYTES, readGroups, refreshing } from './groups.ts';
import type { DiscoveryContext, RunningDiscovery, TargetGroup } from './groups.ts';

const MAX_TIMEOUT_MS = 60_000;
const JSON_TYPE = /^application\/json(;\s*charset=("utf-8"|utf-8))?$/i;

export function discoverOverHttp(config: HttpSd, context: DiscoveryContext): RunningDiscovery {
  const { url, refresh_interval: intervalMs } = config;
  const { host } = new URL(url);
  const timeoutMs = Math.min(intervalMs, MAX_TIMEOUT_MS);
  const session = new HttpSession(httpSettings(config, context.baseDir), timeoutMs);

  const ask = async (signal: AbortSignal): Promise<TargetGroup[]> => {
    const response = await session.get(
      url,
      {
        accept: 'application/json',
        'user-agent': 'Linewarden',
        'x-prometheus-refresh-interval-seconds': String(intervalMs / 1000),
      },
      signal,
    );
    const type = String(response.headers['content-type'] ?? '');
    if (response.statusCode !== 200 || !JSON_TYPE.test(type.trim())) {
      await response.body.dump({ limit: 64 * 1024, signal });
      throw discoveryError(
        response.statusCode === 200
          ? `${host} answers with ${type.slice(0, 80) || 'no content type'}, not with application/json`
          : `${host} answers with HTTP status ${response.statusCode}`,
      );
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_LIST_BYTES) throw discoveryError(`${host} answers with more than ${MAX_LIST_BYTES} bytes`);
      chunks.push(chunk);
    }
    return readGroups(parsed(Buffer.concat(chunks).toString('utf8'), host), host, { __meta_url: url });
  };

  const running = refreshing({
    intervalMs,
    logger: context.logger,
    onChange: context.onChange,
    async look(stopping) {
      const deadline = AbortSignal.timeout(timeoutMs);
      try {
        return await ask(AbortSignal.any([stopping, deadline]));
      } catch (error) {
        throw requestFailure(deadline.aborted ? deadline.reason : error, host, timeoutMs);
      }
    },
  });
  return {
    first: running.first,
    state: () => running.state(),
    async stop() {
      await running.stop();
      await session.close();
    },
  };
}

function parsed(text: string, host: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw discoveryError(`${host} answers with what is no JSON`, error);
  }
}
