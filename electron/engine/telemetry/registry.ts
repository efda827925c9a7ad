// Linewarden's own metrics in the text format that Prometheus scrapes (exposition format 0.0.4): a dozen values without labels.

export type OwnMetric = {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  /** Asked for at each scrape. */
  readonly value: () => number;
};

export class Registry {
  readonly contentType = 'text/plain; version=0.0.4; charset=utf-8';
  readonly #metrics: OwnMetric[] = [];

  add(metric: OwnMetric): void {
    this.#metrics.push(metric);
  }

  samples(): { name: string; value: number }[] {
    return this.#metrics.map(({ name, value }) => ({ name, value: value() }));
  }

  /** What `/metrics` answers. */
  metrics(): string {
    return this.#metrics.map(family).join('');
  }
}

const family = ({ name, help, type, value }: OwnMetric): string =>
  `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n${name} ${floatText(value())}\n`;

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

const floatText = (value: number): string =>
  Math.abs(value) === Number.POSITIVE_INFINITY ? (value > 0 ? '+Inf' : '-Inf') : String(value);
