// Posts requests to one receiver: signed in, compressed already, bounded in time and in what is read of the answer.
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { HttpSession } from '../http-client/index.ts';
import { type Answer, type Post, readRetryAfter } from './delivery.ts';
import { whyNoAnswer } from './failure.ts';

const MAX_ANSWER_BYTES = 4_096;
const MAX_QUOTED = 200;

export function remoteWritePost(options: {
  readonly url: string;
  readonly session: HttpSession;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly userAgent: string;
  readonly now: () => number;
}): Post {
  const { url, session, timeoutMs, userAgent, now } = options;
  return async (body, attempt, stop): Promise<Answer> => {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]);
    try {
      const response = await session.post(
        url,
        body,
        {
          ...options.headers,
          'content-type': 'application/x-protobuf',
          'content-encoding': 'snappy',
          'x-prometheus-remote-write-version': '0.1.0',
          'user-agent': userAgent,
          ...(attempt > 0 && { 'retry-attempt': String(attempt) }),
        },
        signal,
      );
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        size += chunk.length;
        if (size <= MAX_ANSWER_BYTES) chunks.push(chunk);
        // A connection whose answer is not read to its end cannot be used again; one that never ends must not be.
        else if (size > MAX_ANSWER_BYTES * 16) break;
      }
      const retryAfter = response.headers['retry-after'];
      return {
        status: response.statusCode,
        retryAfterMs: readRetryAfter(Array.isArray(retryAfter) ? retryAfter[0] : retryAfter, now()),
        text: firstLine(Buffer.concat(chunks).toString('utf8')),
      };
    } catch (error) {
      stop.throwIfAborted();
      throw new LinewardenError('LW_REMOTE_WRITE_NO_ANSWER', whyNoAnswer(error), { cause: error });
    }
  };
}

function firstLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what has to go
  const line = (text.trim().split(/[\r\n]/)[0] ?? '').replaceAll(/[\0-\x1f\x7f]+/g, ' ');
  return line.length > MAX_QUOTED ? `${line.slice(0, MAX_QUOTED)}…` : line;
}
