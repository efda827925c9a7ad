// Linewarden's own metrics in the text format that Prometheus scrapes (exposition format 0.0.4): a few dozen values.

export type OwnSample = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

export type OwnMetric = {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  /** Asked for at each scrape: one value, one for each label set, or undefined while there is nothing to say. */
  readonly value: () => number | readonly OwnSample[] | undefined;
};

export class Registry {
  readonly contentType = 'text/plain; version=0.0.4; charset=utf-8';
  readonly #metrics: OwnMetric[] = [];

  add(metric: OwnMetric): void {
    this.#metrics.push(metric);
  }

  samples(): (OwnSample & { readonly name: string })[] {
    return this.#metrics.flatMap((metric) => samplesOf(metric).map((sample) => ({ name: metric.name, ...sample })));
  }

  /** What `/metrics` answers. */
  metrics(): string {
    return this.#metrics.map(family).join('');
  }
}

function samplesOf({ value }: OwnMetric): readonly OwnSample[] {
  const now = value();
  if (now === undefined) return [];
  return typeof now === 'number' ? [{ labels: {}, value: now }] : now;
}

function family(metric: OwnMetric): string {
  const { name, help, type } = metric;
  const lines = samplesOf(metric).map(({ labels, value }) => `${name}${labelText(labels)} ${floatText(value)}\n`);
  return lines.length === 0 ? '' : `# HELP ${name} ${escapeText(help)}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function labelText(labels: OwnSample['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeText(value).replaceAll('"', '\\"')}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escapeText = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

const floatText = (value: number): string =>
  Math.abs(value) === Number.POSITIVE_INFINITY ? (value > 0 ? '+Inf' : '-Inf') : String(value);
