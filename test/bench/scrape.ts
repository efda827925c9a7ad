// What reading a scrape costs: a body of 50,000 series, as it comes again and again, into a null appender.
import { ExpositionParser } from '../../electron/engine/collectors/scrape/index.ts';
import { TargetSession } from '../../electron/engine/ingest/index.ts';
import type { AppendResult, MetricAppender } from '../../electron/engine/store/metrics/index.ts';

type Figure = { name: string; value: number; unit: string; peer?: string; ratio?: number };

const SERIES = 50_000;
const PER_FAMILY = 50;
const ROUNDS = 20;

const NONE: AppendResult = { appended: 0, duplicates: 0, outOfOrder: 0, overLimit: 0 };

class NullAppender implements MetricAppender {
  #refs = 0;

  ref(): number {
    return this.#refs++;
  }

  append(): Promise<AppendResult> {
    return Promise.resolve(NONE);
  }
}

/** Names, labels and values as exporters have them: counters that grow, gauges that move, some in exponent form. */
function body(round: number, shuffled: boolean): Buffer {
  const families: string[] = [];
  for (let family = 0; family < SERIES / PER_FAMILY; family++) {
    const name = `app_http_requests_${family}_total`;
    const lines = [`# HELP ${name} Requests by route and code of service ${family}.`, `# TYPE ${name} counter`];
    for (let i = 0; i < PER_FAMILY; i++) {
      const value = i % 5 === 0 ? ((family + 1) * (i + 1) * 1e6 + round).toExponential() : family * i * 7 + round * i;
      lines.push(
        `${name}{code="${200 + (i % 5)}",method="GET",route="/api/v1/items/${i}",service="svc-${family}"} ${value}`,
      );
    }
    families.push(lines.join('\n'));
  }
  if (shuffled && round % 2 === 1) families.reverse();
  return Buffer.from(`${families.join('\n')}\n`);
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

export async function scrapeBench(emit: (line: Figure) => void): Promise<void> {
  for (const shuffled of [false, true]) {
    const appender = new NullAppender();
    const session = new TargetSession(appender);
    const parser = new ExpositionParser({ format: 'prometheus-text', resolve: () => appender.ref() });
    let firstMs = 0;
    const parseMs: number[] = [];
    const wholeMs: number[] = [];
    let bytes = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const text = body(round, shuffled);
      bytes = text.length;
      const start = performance.now();
      const refs: number[] = [];
      parser.parse(text, (ref) => refs.push(ref));
      const parsed = performance.now();
      if (refs.length !== SERIES) throw new Error(`read ${refs.length} samples, not ${SERIES}`);
      // The whole way of a scrape once more, with the batch and its staleness.
      const again = performance.now();
      const batch = session.begin(round * 1_000);
      parser.parse(text, (ref, value) => batch.add(ref, value));
      await batch.commit();
      if (round === 0) firstMs = parsed - start;
      else {
        parseMs.push(parsed - start);
        wholeMs.push(performance.now() - again);
      }
    }
    const order = shuffled ? 'families in another order each time' : 'same order';
    emit({ name: `scrape: parse, ${order}`, value: (median(parseMs) * 1e6) / SERIES, unit: 'ns/sample' });
    emit({ name: `scrape: parse and batch, ${order}`, value: (median(wholeMs) * 1e6) / SERIES, unit: 'ns/sample' });
    emit({ name: `scrape: first sight, ${order}`, value: (firstMs * 1e6) / SERIES, unit: 'ns/sample' });
    if (!shuffled) {
      emit({ name: 'scrape: 50,000 series each second', value: median(wholeMs) / 10, unit: '% of a core' });
      emit({ name: 'scrape: body read', value: bytes / 1e6 / (median(parseMs) / 1000), unit: 'MB/s' });
    }
  }
}
