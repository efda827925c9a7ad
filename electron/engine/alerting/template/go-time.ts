// Go's time.Time and time.Duration, as far as templates use them: printing, Format and a little arithmetic.
import { formatGoFloat } from './go-number.ts';
import { UTC, type Zone } from './go-zone.ts';

const NS = { h: 3_600_000_000_000n, m: 60_000_000_000n, s: 1_000_000_000n, ms: 1_000_000n, us: 1_000n } as const;

export class GoDuration {
  readonly ns: bigint;
  constructor(ns: bigint) {
    this.ns = ns;
  }

  get seconds(): number {
    return Number(this.ns) / 1e9;
  }

  /** "1h30m0s", "100ms", "1.5µs", "0s". */
  toString(): string {
    const { ns } = this;
    if (ns === 0n) return '0s';
    const sign = ns < 0n ? '-' : '';
    const magnitude = ns < 0n ? -ns : ns;
    if (magnitude < NS.s) {
      const [unitNs, unit] = magnitude >= NS.ms ? [NS.ms, 'ms'] : magnitude >= NS.us ? [NS.us, 'µs'] : [1n, 'ns'];
      return `${sign}${decimal(magnitude, unitNs)}${unit}`;
    }
    const hours = magnitude / NS.h;
    const minutes = (magnitude % NS.h) / NS.m;
    const seconds = `${decimal(magnitude % NS.m, NS.s)}s`;
    if (hours > 0n) return `${sign}${hours}h${minutes}m${seconds}`;
    return minutes > 0n ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
  }
}

/** `value` in units of `unitNs`, as a decimal without trailing zeros. */
function decimal(value: bigint, unitNs: bigint): string {
  const fraction = (value % unitNs)
    .toString()
    .padStart(unitNs.toString().length - 1, '0')
    .replace(/0+$/, '');
  return fraction === '' || unitNs === 1n ? String(value / unitNs) : `${value / unitNs}.${fraction}`;
}

export const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

export class GoTime {
  /** Since 1970-01-01 UTC. */
  readonly ns: bigint;
  readonly zone: Zone;
  constructor(ns: bigint, zone: Zone = UTC) {
    this.ns = ns;
    this.zone = zone;
  }

  static fromMs(ms: number): GoTime {
    return new GoTime(BigInt(Math.round(ms)) * NS.ms);
  }

  get unixMilli(): bigint {
    return floorDiv(this.ns, NS.ms);
  }

  get unix(): bigint {
    return floorDiv(this.ns, NS.s);
  }

  get weekday(): string {
    return WEEKDAYS[this.date.getUTCDay()] ?? '';
  }

  get monthName(): string {
    return MONTHS[this.date.getUTCMonth()] ?? '';
  }

  /** Its UTC parts are those of this time's zone. */
  get date(): Date {
    const unixMs = Number(this.unixMilli);
    return new Date(unixMs + this.zone.at(unixMs).offsetMinutes * 60_000);
  }

  /** Nanoseconds within the second. */
  get nanosecond(): bigint {
    return this.ns - this.unix * NS.s;
  }

  toString(): string {
    return this.format('2006-01-02 15:04:05.999999999 -0700 MST');
  }

  /** Go's reference layout: each element of "Mon Jan 2 15:04:05 MST 2006" stands for itself. */
  format(layout: string): string {
    return layout.replace(LAYOUT, (element) => this.#element(element));
  }

  #element(element: string): string {
    const { date } = this;
    const hour = date.getUTCHours();
    const hour12 = hour % 12 === 0 ? 12 : hour % 12;
    const fraction = /^[.,]([09])\1*$/.exec(element);
    if (fraction !== null) {
      const digits = String(this.nanosecond)
        .padStart(9, '0')
        .slice(0, element.length - 1);
      const kept = fraction[1] === '9' ? digits.replace(/0+$/, '') : digits;
      return kept === '' ? '' : `${element[0]}${kept}`;
    }
    const year = String(date.getUTCFullYear()).padStart(4, '0');
    const dayOfYear = Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
    const { offsetMinutes, name } = this.zone.at(Number(this.unixMilli));
    const sign = offsetMinutes < 0 ? '-' : '+';
    const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60].map(two);
    const colon = `${sign}${hours}:${minutes}`;
    const elements: Record<string, string> = {
      January: this.monthName,
      Jan: this.monthName.slice(0, 3),
      Monday: this.weekday,
      Mon: this.weekday.slice(0, 3),
      MST: name,
      2006: year,
      '06': year.slice(-2),
      '01': two(date.getUTCMonth() + 1),
      1: String(date.getUTCMonth() + 1),
      '02': two(date.getUTCDate()),
      _2: String(date.getUTCDate()).padStart(2, ' '),
      2: String(date.getUTCDate()),
      '002': String(dayOfYear).padStart(3, '0'),
      15: two(hour),
      '03': two(hour12),
      3: String(hour12),
      '04': two(date.getUTCMinutes()),
      4: String(date.getUTCMinutes()),
      '05': two(date.getUTCSeconds()),
      5: String(date.getUTCSeconds()),
      PM: hour < 12 ? 'AM' : 'PM',
      pm: hour < 12 ? 'am' : 'pm',
      'Z07:00': offsetMinutes === 0 ? 'Z' : colon,
      Z0700: offsetMinutes === 0 ? 'Z' : colon.replace(':', ''),
      '-07:00': colon,
      '-0700': colon.replace(':', ''),
      '-07': `${sign}${hours}`,
    };
    return elements[element] ?? element;
  }
}

const LAYOUT =
  /January|Jan|Monday|Mon|MST|2006|Z07:00|Z0700|-07:00|-0700|-07|002|01|02|03|04|05|06|_2|15|PM|pm|[.,]0+(?!\d)|[.,]9+(?!\d)|1|2|3|4|5/g;

const two = (value: number): string => String(value).padStart(2, '0');

function floorDiv(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

const short = (value: number): string => formatGoFloat(value, 'g', 4);

const HUMANE_PREFIXES = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'] as const;

/** Prometheus's humanizeDuration of seconds: "1d 2h 3m 4s", "123.5ms". */
export function humanizeDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return short(seconds);
  if (seconds === 0) return `${short(seconds)}s`;
  if (Math.abs(seconds) >= 1) {
    const sign = seconds < 0 ? '-' : '';
    const magnitude = Math.abs(seconds);
    const whole = Math.trunc(magnitude);
    const [s, m, h] = [whole % 60, Math.floor(whole / 60) % 60, Math.floor(whole / 3_600) % 24];
    const days = Math.floor(whole / 86_400);
    if (days > 0) return `${sign}${days}d ${h}h ${m}m ${s}s`;
    if (h > 0) return `${sign}${h}h ${m}m ${s}s`;
    return m > 0 ? `${sign}${m}m ${s}s` : `${sign}${short(magnitude)}s`;
  }
  let value = seconds;
  let prefix = '';
  for (const next of HUMANE_PREFIXES) {
    if (Math.abs(value) >= 1) break;
    prefix = next;
    value *= 1_000;
  }
  return `${short(value)}${prefix}s`;
}
