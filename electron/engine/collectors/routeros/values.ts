// RouterOS property texts as numbers: booleans, numbers with units, durations in every notation of v6 and v7.

/** No value is longer. 400 digits are infinite and spoil every rate; a megabyte of blanks holds a pattern up for minutes. */
const MAX_TEXT = 64;
const shortText = (text: string | undefined): string => (text === undefined || text.length > MAX_TEXT ? '' : text);

const MULTIPLIER: Readonly<Record<string, number>> = { KiB: 1_024, MiB: 1_048_576, GiB: 1_073_741_824 };

/** "24.1", "55%", "24.1V", "880MHz", "61.5MiB" -> number in the unit's own scale (bytes for KiB..GiB); else undefined. */
export function parseNumber(text: string | undefined): number | undefined {
  const match = /^\s*([-+]?\d+(?:\.\d+)?)\s*([A-Za-z%]*)\s*$/.exec(shortText(text));
  if (match === null) return undefined;
  return Number(match[1]) * (MULTIPLIER[match[2] ?? ''] ?? 1);
}

/** 1 or 0; undefined when it is no boolean. */
export function parseBoolean(text: string | undefined): number | undefined {
  if (text === 'true' || text === 'yes') return 1;
  if (text === 'false' || text === 'no') return 0;
  return undefined;
}

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  w: 604_800,
  d: 86_400,
  h: 3_600,
  m: 60,
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  ns: 1e-9,
};
const CLOCK = /^(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)$/;

/**
 * Seconds of "1w2d3h4m5s", "10ms", "350us", "00:05:00", "2d 03:04:05", "1d02:03:04" or a plain number of seconds;
 * undefined for "", "never" and whatever is no duration.
 */
export function parseDurationSeconds(text: string | undefined): number | undefined {
  let rest = shortText(text).replaceAll(/\s+/g, '').toLowerCase();
  if (rest === '') return undefined;
  const sign = rest.startsWith('-') ? -1 : 1;
  if (sign < 0) rest = rest.slice(1);
  let seconds = 0;
  let found = false;
  for (;;) {
    const part = /^(\d+(?:\.\d+)?)(ms|us|ns|[wdhms])/.exec(rest);
    if (part === null) break;
    seconds += Number(part[1]) * (UNIT_SECONDS[part[2] ?? ''] ?? 0);
    rest = rest.slice(part[0].length);
    found = true;
  }
  if (rest !== '') {
    const clock = CLOCK.exec(rest);
    if (clock !== null) seconds += Number(clock[1] ?? 0) * 3_600 + Number(clock[2]) * 60 + Number(clock[3]);
    else if (!found && /^\d+(?:\.\d+)?$/.test(rest)) seconds = Number(rest);
    else return undefined;
  }
  return sign * seconds;
}

/** As parseDurationSeconds, in milliseconds: some of MKTXP's metrics are. */
export function parseDurationMs(text: string | undefined): number | undefined {
  const seconds = parseDurationSeconds(text);
  return seconds === undefined ? undefined : Math.round(seconds * 1e6) / 1e3;
}

const BIT_RATE = /^\s*(\d+(?:\.\d+)?)\s*([kKMGT]?)(?:bps)?(?![A-Za-z\d])/;
const DECIMAL: Readonly<Record<string, number>> = { k: 1e3, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** bit/s of "10000000", "10M", "5.5Mbps" or "866.7Mbps-80MHz/2S"; undefined otherwise. */
export function parseBitRate(text: string | undefined): number | undefined {
  const match = BIT_RATE.exec(shortText(text));
  return match === null ? undefined : Math.round(Number(match[1]) * (DECIMAL[match[2] ?? ''] ?? 1));
}

/** The number that a text begins with: -61 of "-61dBm@6Mbps"; undefined without one. */
export function parseLeadingNumber(text: string | undefined): number | undefined {
  const match = /^\s*-?\d+(?:\.\d+)?/.exec(shortText(text));
  return match === null ? undefined : Number(match[0]);
}

/** "7.15.3 (stable)" -> 7; undefined when it does not begin with a number. */
export function majorVersion(version: string): number | undefined {
  const match = /^(\d+)\./.exec(version);
  return match === null ? undefined : Number(match[1]);
}
