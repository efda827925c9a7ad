// Metric families as exporters write them, in either exposition format.

export type FamilyType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'info';

export type Family = {
  /** Without `_total`. */
  readonly name: string;
  readonly type: FamilyType;
  readonly help: string;
  readonly samples: readonly {
    /** `_total`, `_bucket`, ... */
    readonly suffix?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
};

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

const labelText = (labels: Readonly<Record<string, string>>): string => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
};

/** In the older format a counter's family is called as its series, and an info is a gauge. */
export function writeExposition(families: readonly Family[], openMetrics: boolean): string {
  const lines: string[] = [];
  for (const { name, type, help, samples } of families) {
    const suffix = type === 'counter' ? '_total' : type === 'info' ? '_info' : '';
    const family = openMetrics ? name : `${name}${suffix}`;
    lines.push(`# HELP ${family} ${help}`, `# TYPE ${family} ${type === 'info' && !openMetrics ? 'gauge' : type}`);
    for (const { suffix: own = suffix, labels = {}, value } of samples) {
      lines.push(`${name}${own}${labelText(labels)} ${value}`);
    }
  }
  if (openMetrics) lines.push('# EOF');
  return `${lines.join('\n')}\n`;
}

/** A histogram that grows: buckets are cumulative, `+Inf` last. */
export class GrowingHistogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #count = 0;
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    this.#count++;
    this.#sum += value;
    for (const [i, bound] of this.#bounds.entries()) if (value <= bound) this.#counts[i] = (this.#counts[i] ?? 0) + 1;
  }

  samples(labels: Readonly<Record<string, string>>): Family['samples'] {
    return [
      ...this.#bounds.map((bound, i) => ({
        suffix: '_bucket',
        labels: { ...labels, le: String(bound) },
        value: this.#counts[i] ?? 0,
      })),
      { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: this.#count },
      { suffix: '_sum', labels, value: this.#sum },
      { suffix: '_count', labels, value: this.#count },
    ];
  }
}
