// What can go wrong between us and a target: one code and one sentence for each.
import { LinewardenError } from '../../../../shared/model/errors.ts';

const TLS_CODES = /^(CERT_|ERR_TLS|ERR_SSL|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|EPROTO|HOSTNAME_MISMATCH|INVALID_CA)/;

type Sentence = { readonly code: `LW_${string}`; readonly message: string; readonly hint: string };

/** The error codes of an error, its causes and, where several addresses were tried, of each try. */
function* errorCodes(error: unknown, depth = 0): Generator<string> {
  if (!(error instanceof Error) || depth > 5) return;
  if ('code' in error && typeof error.code === 'string') yield error.code;
  if (error.name === 'TimeoutError') yield 'ETIMEDOUT';
  if (error.name === 'HTTPParserError') yield 'HPE_INVALID';
  if (error instanceof AggregateError) for (const each of error.errors) yield* errorCodes(each, depth + 1);
  yield* errorCodes(error.cause, depth + 1);
}

function sentence(code: string, host: string, timeoutMs: number): Sentence | undefined {
  if (TLS_CODES.test(code)) {
    return {
      code: 'LW_SCRAPE_TLS',
      message: `The TLS connection to ${host} failed (${code}).`,
      hint: 'Give the authority in tls_config.ca_file in scrape_configs of linewarden.yml, or use http if the target speaks no TLS.',
    };
  }
  if (code.startsWith('HPE_')) {
    return {
      code: 'LW_SCRAPE_NOT_HTTP',
      message: `${host} does not answer in HTTP.`,
      hint: 'Check the port, and whether it wants https.',
    };
  }
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        code: 'LW_SCRAPE_DNS',
        message: `The name ${host} cannot be resolved.`,
        hint: "Check the name's spelling, or use the target's IP address.",
      };
    case 'ECONNREFUSED':
      return {
        code: 'LW_SCRAPE_REFUSED',
        message: `${host} refuses the connection.`,
        hint: 'Nothing listens on that port: check that the exporter runs, and its port.',
      };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
      return {
        code: 'LW_SCRAPE_UNREACHABLE',
        message: `There is no route to ${host}.`,
        hint: 'Check the address and the network between.',
      };
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return {
        code: 'LW_SCRAPE_TIMEOUT',
        message: `${host} did not answer within ${timeoutMs / 1000} s.`,
        hint: 'The target is down, slow or behind a firewall; a slow one needs a longer scrape_timeout in scrape_configs of linewarden.yml.',
      };
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return {
        code: 'LW_SCRAPE_CLOSED',
        message: `${host} closed the connection without a whole answer.`,
        hint: 'Check the port, whether it wants https, and the log of the exporter.',
      };
    case 'Z_DATA_ERROR':
    case 'Z_BUF_ERROR':
      return {
        code: 'LW_SCRAPE_BAD_ENCODING',
        message: `The compressed answer of ${host} is damaged.`,
        hint: 'Look for a proxy between that changes answers.',
      };
    default:
      return undefined;
  }
}

/** A failed request as an expected error; `host` is all that it tells of the URL. */
export function requestFailure(error: unknown, host: string, timeoutMs: number): LinewardenError {
  if (error instanceof LinewardenError) return error;
  const codes = [...errorCodes(error)];
  for (const code of codes) {
    const found = sentence(code, host, timeoutMs);
    if (found !== undefined) return new LinewardenError(found.code, found.message, { hint: found.hint, cause: error });
  }
  const what = codes[0] ?? (error instanceof Error ? error.name : 'unknown error');
  return new LinewardenError('LW_SCRAPE_FAILED', `The request to ${host} failed (${what}).`, { cause: error });
}

export function statusFailure(host: string, status: number): LinewardenError {
  const hints: Readonly<Record<number, string>> = {
    401: 'The target wants credentials: give basic_auth or authorization.',
    403: 'The target forbids it: check the credentials and who may read its metrics.',
    404: 'Check the path: most exporters answer on /metrics.',
  };
  return new LinewardenError('LW_SCRAPE_HTTP_STATUS', `${host} answers with HTTP status ${status}.`, {
    hint: hints[status] ?? 'Look at the log of the exporter.',
  });
}

export const notMetrics = (host: string, what: string): LinewardenError =>
  new LinewardenError('LW_SCRAPE_NOT_METRICS', `${host} answers with ${what}, not with metrics.`, {
    hint: 'Check the path: most exporters answer on /metrics.',
  });

export const tooManyTargets = (job: string): LinewardenError =>
  new LinewardenError('LW_SCRAPE_TARGET_LIMIT', `The job ${job} has more targets than its target_limit.`, {
    hint: 'Raise target_limit in scrape_configs of linewarden.yml, or remove targets.',
  });

export const tooManySeries = (samples: number): LinewardenError =>
  new LinewardenError(
    'LW_SCRAPE_SERIES_LIMIT',
    `${samples} samples of the last scrape were refused: a limit of series is reached.`,
    {
      hint: 'Look for a label with ever new values in what the target exposes; else raise storage.max_series_per_target or storage.max_series.',
    },
  );

export const tooLarge = (host: string, limitBytes: number): LinewardenError =>
  new LinewardenError('LW_SCRAPE_TOO_LARGE', `The answer of ${host} is larger than ${limitBytes} bytes.`, {
    hint: 'Raise body_size_limit in scrape_configs of linewarden.yml, or make the exporter expose less.',
  });

export const nameless = (): LinewardenError =>
  new LinewardenError('LW_SCRAPE_RELABEL', 'A series has no name after metric_relabel_configs.', {
    hint: 'Keep __name__ in metric_relabel_configs of linewarden.yml; to leave series out, use the action drop.',
  });
