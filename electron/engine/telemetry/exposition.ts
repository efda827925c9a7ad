// Metrics as text, in the two formats that scrapers ask for, and which of them a scraper wants.
import type { OwnMetric, OwnSample } from './registry.ts';

export type Exposition = 'text' | 'openmetrics';

export const CONTENT_TYPES: Readonly<Record<Exposition, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** By the Accept header: OpenMetrics only where it is asked for, and not less than the text. */
export function negotiate(accept: string | undefined): Exposition {
  let text = 0;
  let openmetrics = 0;
  for (const range of (accept ?? '').split(',').slice(0, 64)) {
    const [media = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const named = new Map(parameters.map((parameter) => parameter.split('=', 2) as [string, string | undefined]));
    const quality = named.has('q') ? Number(named.get('q')) : 1;
    if (!(quality > 0)) continue;
    if (media === 'application/openmetrics-text') {
      if (['1.0.0', '0.0.1', undefined].includes(named.get('version')?.replaceAll('"', '')))
        openmetrics = Math.max(openmetrics, quality);
    } else if (media === 'text/plain') {
      text = Math.max(text, quality);
    }
  }
  return openmetrics > 0 && openmetrics >= text ? 'openmetrics' : 'text';
}

export function expose(metrics: readonly OwnMetric[], format: Exposition): string {
  const isOpen = format === 'openmetrics';
  const text = metrics.map((metric) => family(metric, isOpen)).join('');
  return isOpen ? `${text}# EOF\n` : text;
}

export function samplesOf({ value }: OwnMetric): readonly OwnSample[] {
  const now = value();
  if (now === undefined) return [];
  return typeof now === 'number' ? [{ labels: {}, value: now }] : now;
}

function family(metric: OwnMetric, isOpen: boolean): string {
  const { name, help, type } = metric;
  const samples = samplesOf(metric);
  if (samples.length === 0) return '';
  // In OpenMetrics a counter's family lacks the suffix of its samples.
  const familyName = isOpen && type === 'counter' ? name.replace(/_total$/, '') : name;
  const written = isOpen ? escapeText(help).replaceAll('"', '\\"') : escapeText(help);
  const lines = samples.map(({ labels, value }) => `${name}${labelText(labels)} ${floatText(value)}\n`);
  return `# HELP ${familyName} ${written}\n# TYPE ${familyName} ${type}\n${lines.join('')}`;
}

function labelText(labels: OwnSample['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeText(value).replaceAll('"', '\\"')}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escapeText = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

const floatText = (value: number): string =>
  Math.abs(value) === Number.POSITIVE_INFINITY ? (value > 0 ? '+Inf' : '-Inf') : String(value);
