// Tells a receiver now and then what metrics mean; what it does not take is told again the next time.
import type { Logger } from '../telemetry/index.ts';
import type { Post } from './delivery.ts';
import { encodeMetadata, type MetricDescription } from './request.ts';
import type { RemoteWriteConfig } from './section.ts';
import { encodeSnappy } from './snappy.ts';

/** Begins with the first interval; call what is returned to end it. */
export function sendMetadata(options: {
  readonly config: RemoteWriteConfig['metadata_config'];
  readonly metadata: () => readonly MetricDescription[];
  readonly post: Post;
  readonly logger: Pick<Logger, 'debug'>;
  readonly name: string;
}): () => void {
  const { config, metadata, post, logger, name } = options;
  if (!config.send) return () => undefined;
  const stop = new AbortController();
  let isSending = false;
  const send = async (): Promise<void> => {
    if (isSending) return;
    isSending = true;
    try {
      const all = metadata();
      for (let from = 0; from < all.length; from += config.max_samples_per_send) {
        const body = encodeSnappy(encodeMetadata(all.slice(from, from + config.max_samples_per_send)));
        const { status, text } = await post(body, 0, stop.signal);
        if (status >= 300) throw new Error(`${status} ${text}`);
      }
    } catch (error) {
      logger.debug({ err: error, remote: name }, 'metadata were not taken');
    } finally {
      isSending = false;
    }
  };
  const timer = setInterval(() => void send(), config.send_interval);
  timer.unref();
  return () => {
    clearInterval(timer);
    stop.abort();
  };
}
