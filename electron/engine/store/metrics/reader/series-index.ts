// Which series match: label sets by id, with posting lists by label name and value.
import { compileMatcher, type LabelMatcher } from '../../../promql/index.ts';
import { Labels } from '../../../../../shared/model/labels.ts';

/** Ids in the order in which they came; name and value are the one copy that all their label sets share. */
type Posting = { readonly name: string; readonly value: string; ids: number[] };

export class SeriesIndex {
  readonly #labels = new Map<number, Labels>();
  /** Name -> value -> ids. */
  readonly #postings = new Map<string, Map<string, Posting>>();

  get size(): number {
    return this.#labels.size;
  }

  /** `labelsKey` is Labels.key: the flat pairs as JSON. An id that is known is left as it is. */
  add(id: number, labelsKey: string): void {
    if (this.#labels.has(id)) return;
    const parsed = JSON.parse(labelsKey) as string[];
    // One copy of each string, however many series carry it.
    const flat: string[] = [];
    for (let i = 0; i < parsed.length; i += 2) flat.push(...this.#post(parsed[i] ?? '', parsed[i + 1] ?? '', id));
    this.#labels.set(id, Labels.fromSortedFlat(flat));
  }

  remove(id: number): void {
    const labels = this.#labels.get(id);
    if (labels === undefined) return;
    this.#labels.delete(id);
    for (const [name, value] of labels.entries()) {
      const values = this.#postings.get(name);
      const posting = values?.get(value);
      if (values === undefined || posting === undefined) continue;
      posting.ids = posting.ids.filter((other) => other !== id);
      if (posting.ids.length === 0) values.delete(value);
      if (values.size === 0) this.#postings.delete(name);
    }
  }

  labelsOf(id: number): Labels | undefined {
    return this.#labels.get(id);
  }

  /** Ids of the series that match all matchers; throws QueryError for a bad pattern. */
  select(matchers: readonly LabelMatcher[]): number[] {
    let lists: number[][] = [];
    const filters: { name: string; test: (value: string) => boolean }[] = [];
    for (const matcher of matchers) {
      const test = compileMatcher(matcher);
      // What also matches the empty value matches series without the label, which no posting list has.
      if (test('')) filters.push({ name: matcher.name, test });
      else lists.push(this.#matching(matcher, test));
    }
    lists = lists.toSorted((a, b) => a.length - b.length);
    let ids: Iterable<number> = lists[0] ?? this.#labels.keys();
    for (const list of lists.slice(1)) {
      const wanted = new Set(list);
      ids = [...ids].filter((id) => wanted.has(id));
    }
    const found: number[] = [];
    for (const id of ids) {
      const labels = this.#labels.get(id);
      if (labels !== undefined && filters.every(({ name, test }) => test(labels.get(name)))) found.push(id);
    }
    return found;
  }

  #matching(matcher: LabelMatcher, test: (value: string) => boolean): number[] {
    const values = this.#postings.get(matcher.name);
    if (values === undefined) return [];
    if (matcher.op === '=') return values.get(matcher.value)?.ids ?? [];
    const ids: number[] = [];
    for (const posting of values.values()) if (test(posting.value)) for (const id of posting.ids) ids.push(id);
    return ids;
  }

  #post(name: string, value: string, id: number): [string, string] {
    let values = this.#postings.get(name);
    if (values === undefined) this.#postings.set(name, (values = new Map()));
    let posting = values.get(value);
    if (posting === undefined) values.set(value, (posting = { name, value, ids: [] }));
    posting.ids.push(id);
    return [posting.name, posting.value];
  }
}
