// Tries a target once, before it is added: what it is, or why it does not work and what to do about it.
import type { ConnectionTest, TargetForm } from '../../../../shared/contract/index.ts';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { ExpositionParser } from './exposition/index.ts';
import type { ExposedLabels, ParseSummary } from './exposition/index.ts';
import { type ScrapeAnswer, ScrapeClient } from './http-client.ts';
import { checkFormUrl, formTarget } from './target.ts';

const MAX_NAMES = 8;
const FORMAT_NAMES = { 'prometheus-text': 'Prometheus text 0.0.4', openmetrics: 'OpenMetrics 1.0' } as const;

/** Asks the form's URL once, within its timeout. Never rejects for what the target does. */
export async function testTarget(form: TargetForm, signal?: AbortSignal): Promise<ConnectionTest> {
  const startedMs = performance.now();
  const duration = (): number => Math.round(performance.now() - startedMs);
  const target = formTarget(form);
  const client = new ScrapeClient(target);
  try {
    checkFormUrl(form);
    const answer = await client.fetch(signal ?? new AbortController().signal, () => {});
    const bytes = answer.body.length;
    const names = new Set<string>();
    const builds: string[] = [];
    const resolve = (labels: ExposedLabels): number => {
      const name = labels[1] ?? '';
      names.add(name);
      const version = labels.indexOf('version');
      if (name.endsWith('_build_info') && version > 0 && builds.length < 3) {
        builds.push(`${name.slice(0, -'_build_info'.length)} ${labels[version + 1]}`);
      }
      return 0;
    };
    const { samples } = read(answer, resolve);
    return {
      ok: true,
      durationMs: duration(),
      facts: [
        ...builds.map((value) => ({ name: 'Software', value })),
        { name: 'Format', value: FORMAT_NAMES[answer.format] },
        { name: 'Samples', value: String(samples) },
        { name: 'Metrics', value: listed([...names]) },
        { name: 'Size', value: `${bytes} bytes` },
      ],
      warnings: samples === 0 ? ['The target answers, but exposes no samples.'] : [],
    };
  } catch (error) {
    if (!(error instanceof LinewardenError)) throw error;
    return { ok: false, durationMs: duration(), code: error.code, message: error.message, hint: error.hint };
  } finally {
    await client.close();
  }
}

function read(answer: ScrapeAnswer, resolve: (labels: ExposedLabels) => number): ParseSummary {
  try {
    return new ExpositionParser({ format: answer.format, resolve }).parse(answer.body, () => {});
  } finally {
    answer.release();
  }
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const more = names.length - MAX_NAMES;
  return `${names.slice(0, MAX_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
