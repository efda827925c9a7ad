// Which share of the packets an exporter looked at, so that counters can be scaled up to the traffic.

/** Beyond this a "sampling interval" is garbage, and scaling by it would ruin a counter for ever. */
const MAX_RATIO = 1_000_000;
const MAX_SAMPLERS = 256;
const MAX_INTERFACES = 1_024;

/** The factor itself, or undefined where it can be none (a NaN, less than 1, absurd). 0 means "not sampled". */
export function plausibleRatio(ratio: number): number | undefined {
  if (ratio === 0) return 1;
  return ratio >= 1 && ratio <= MAX_RATIO ? ratio : undefined;
}

/**
 * Field 34 inside a data record. RouterOS writes it little-endian: a value of 65536 or more is read the other way
 * round, and where that is no sensible ratio either there is none.
 */
export function recordRatio(interval: number): number | undefined {
  if (interval === 0) return undefined;
  if (interval < 65_536) return plausibleRatio(interval);
  const swapped =
    (((interval & 0xff) << 24) | ((interval & 0xff00) << 8) | ((interval >>> 8) & 0xff00) | (interval >>> 24)) >>> 0;
  return swapped > 0 && swapped < 65_536 ? plausibleRatio(swapped) : undefined;
}

export type Announced = { readonly ratio: number; readonly samplerId?: number; readonly interfaceIndex?: number };

/** What the options records of one observation domain say. */
export class SamplingTable {
  readonly #bySampler = new Map<number, number>();
  readonly #byInterface = new Map<number, number>();
  #default: number | undefined;
  /** False: nothing announced, every lookup is 1. */
  known = false;

  announce(ratio: number, scope: { readonly samplerId?: number; readonly interfaceIndex?: number }): void {
    this.known = true;
    if (scope.samplerId !== undefined) {
      remember(this.#bySampler, scope.samplerId, ratio, MAX_SAMPLERS);
    } else if (scope.interfaceIndex !== undefined && scope.interfaceIndex !== 0) {
      remember(this.#byInterface, scope.interfaceIndex, ratio, MAX_INTERFACES);
    } else {
      this.#default = ratio;
    }
  }

  /** For keeping it over a restart. */
  get announced(): readonly Announced[] {
    return [
      ...(this.#default === undefined ? [] : [{ ratio: this.#default }]),
      ...[...this.#bySampler].map(([samplerId, ratio]) => ({ ratio, samplerId })),
      ...[...this.#byInterface].map(([interfaceIndex, ratio]) => ({ ratio, interfaceIndex })),
    ];
  }

  /** The factor of a record: by its sampler, else its interface, else the domain's; undefined if nothing was said. */
  ratio(samplerId: number | undefined, interfaceIndex: number): number | undefined {
    const bySampler = samplerId === undefined ? undefined : this.#bySampler.get(samplerId);
    return bySampler ?? this.#byInterface.get(interfaceIndex) ?? this.#default;
  }
}

function remember(table: Map<number, number>, key: number, ratio: number, max: number): void {
  if (!table.has(key) && table.size >= max) {
    const oldest = table.keys().next().value;
    if (oldest !== undefined) table.delete(oldest);
  }
  table.set(key, ratio);
}
