// Which series match: label sets by id, packed as numbers, with the series of each label value.
import { flatOf } from '../labels-key.ts';
import { compileMatcher, type LabelMatcher, literalsOf } from '../../../promql/index.ts';
import { Labels } from '../../../../../shared/model/labels.ts';
import { LabelTable } from './label-table.ts';
import { intersect, union } from './slot-list.ts';

/** Label sets that are kept as objects once they were asked for, so that what is derived from one is derived once. */
const MAX_LABELS = 131_072;
/** Series are tested so many at a time between two looks whether the query goes on. */
const TESTS_PER_CHECK = 16_384;
/** Forgotten series are swept out when they are so many, and a tenth of all. */
const MIN_SWEEP = 1_000;

const nothing = (): void => {};

/**
 * A series has a slot: slots ascend with the ids, so an ascending list of slots is one of ids. Ids are below 2^32, and
 * come in ascending order (the store never uses one again); one that does not costs a rebuild.
 */
export class SeriesIndex {
  #ids = new Uint32Array(1_024);
  /** Pairs of slot s are #pairs[#starts[s] .. #starts[s + 1]). */
  #starts = new Uint32Array(1_025);
  #pairs = new Uint32Array(8_192);
  #slots = 0;
  #table = new LabelTable();
  readonly #forgotten = new Set<number>();
  #labels: (Labels | undefined)[] = [];
  #labelsKept = 0;

  get size(): number {
    return this.#slots - this.#forgotten.size;
  }

  /**
   * `labelsKey` is Labels.key: the flat pairs as JSON. An id that is known is left as it is, and one with damaged labels out:
   * then the answer is false.
   */
  add(id: number, labelsKey: string): boolean {
    const flat = flatOf(labelsKey);
    if (flat === undefined) return false;
    const last = this.#slots > 0 ? this.#ids[this.#slots - 1]! : -1;
    if (id > last) this.#append(id, flat);
    else if (this.#slotOf(id) < 0) this.#rebuild({ id, flat });
    return true;
  }

  remove(id: number): void {
    const slot = this.#slotOf(id);
    if (slot < 0) return;
    this.#forgotten.add(slot);
    if (this.#forgotten.size >= MIN_SWEEP && this.#forgotten.size * 10 >= this.#slots) this.#rebuild();
  }

  labelsOf(id: number): Labels | undefined {
    const slot = this.#slotOf(id);
    return slot < 0 || this.#forgotten.has(slot) ? undefined : this.#labelsAt(slot);
  }

  /**
   * Ids of the series that match all matchers, ascending. Throws QueryError for a bad pattern, and whatever `check` does,
   * which is called now and then.
   */
  select(matchers: readonly LabelMatcher[], check: () => void = nothing): Uint32Array {
    const lists: Uint32Array[] = [];
    const tests: Test[] = [];
    for (const matcher of matchers) {
      const test = compileMatcher(matcher);
      const wanted = wantedValues(matcher);
      // What also matches the empty value matches series without the label, which no list has.
      if (wanted === undefined || test('')) tests.push({ name: matcher.name, test, matchesNone: test('') });
      else lists.push(this.#carriersOf(matcher.name, wanted));
    }
    // Without a list to begin with, all values of one label are tried.
    const widest = lists.length === 0 ? tests.findIndex(({ matchesNone }) => !matchesNone) : -1;
    if (widest >= 0) lists.push(this.#carriersWhere(tests.splice(widest, 1)[0]!, check));
    const [shortest, ...others] = lists.toSorted((a, b) => a.length - b.length);
    let slots = shortest ?? Uint32Array.from({ length: this.#slots }, (_, slot) => slot);
    for (const list of others) slots = intersect(slots, list);
    for (const test of tests) slots = this.#filter(slots, test, check);
    if (this.#forgotten.size > 0) slots = slots.filter((slot) => !this.#forgotten.has(slot));
    return slots.map((slot) => this.#ids[slot]!);
  }

  /** Label names and values with how many series carry them, without series that are forgotten. */
  swept(): LabelTable {
    if (this.#forgotten.size > 0) this.#rebuild();
    return this.#table;
  }

  #carriersOf(name: string, values: readonly string[]): Uint32Array {
    const pairs = this.#table.valuesOf(name);
    const lists = values.flatMap((value) => {
      const pair = pairs.get(value);
      return pair === undefined ? [] : [this.#table.slotsOf(pair)];
    });
    return union(lists, this.#slots);
  }

  #carriersWhere({ name, test }: Test, check: () => void): Uint32Array {
    const lists: Uint32Array[] = [];
    let tested = 0;
    for (const [value, pair] of this.#table.valuesOf(name)) {
      if (tested++ % TESTS_PER_CHECK === 0) check();
      if (test(value)) lists.push(this.#table.slotsOf(pair));
    }
    return union(lists, this.#slots);
  }

  /** Tries each value once, however many series have it. */
  #filter(slots: Uint32Array, { name, test, matchesNone }: Test, check: () => void): Uint32Array {
    const pairs = this.#table.valuesOf(name);
    if (pairs.size === 0) return matchesNone ? slots : new Uint32Array();
    const verdicts = new Map<number, boolean>();
    const kept = new Uint32Array(slots.length);
    let count = 0;
    for (let i = 0; i < slots.length; i++) {
      if (i % TESTS_PER_CHECK === 0) check();
      const slot = slots[i]!;
      const pair = this.#pairIn(slot, name);
      let verdict = matchesNone;
      if (pair >= 0) {
        const known = verdicts.get(pair);
        verdict = known ?? test(this.#table.value(pair));
        if (known === undefined) verdicts.set(pair, verdict);
      }
      if (verdict) kept[count++] = slot;
    }
    return kept.subarray(0, count);
  }

  /** The series' pair with that name; -1 when it has none. */
  #pairIn(slot: number, name: string): number {
    const end = this.#starts[slot + 1]!;
    for (let at = this.#starts[slot]!; at < end; at++) {
      if (this.#table.name(this.#pairs[at]!) === name) return this.#pairs[at]!;
    }
    return -1;
  }

  #labelsAt(slot: number): Labels {
    const known = this.#labels[slot];
    if (known !== undefined) return known;
    if (this.#labelsKept === MAX_LABELS) {
      this.#labels.fill(undefined);
      this.#labelsKept = 0;
    }
    const labels = Labels.fromSortedFlat(this.#flatAt(slot));
    this.#labels[slot] = labels;
    this.#labelsKept++;
    return labels;
  }

  #flatAt(slot: number): string[] {
    const start = this.#starts[slot]!;
    const size = this.#starts[slot + 1]! - start;
    const flat = Array.from<string>({ length: size * 2 });
    for (let i = 0; i < size; i++) {
      const pair = this.#pairs[start + i]!;
      flat[2 * i] = this.#table.name(pair);
      flat[2 * i + 1] = this.#table.value(pair);
    }
    return flat;
  }

  /** -1 when there is none. */
  #slotOf(id: number): number {
    const first = this.#ids[0]!;
    if (this.#slots === 0 || id < first) return -1;
    // Without gaps in the ids the place is known; each gap moves it by one.
    const gaps = this.#ids[this.#slots - 1]! - first + 1 - this.#slots;
    let high = Math.min(this.#slots - 1, id - first);
    let low = Math.max(0, high - gaps);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ids[middle]! < id) low = middle + 1;
      else high = middle;
    }
    return this.#ids[low] === id ? low : -1;
  }

  #append(id: number, flat: readonly string[]): void {
    const slot = this.#slots;
    const start = this.#starts[slot]!;
    if (slot === this.#ids.length) {
      this.#ids = grown(this.#ids, slot * 2);
      this.#starts = grown(this.#starts, slot * 2 + 1);
    }
    if (start + flat.length / 2 > this.#pairs.length) {
      this.#pairs = grown(this.#pairs, Math.max(this.#pairs.length * 1.5, start + flat.length));
    }
    let at = start;
    for (let i = 0; i < flat.length; i += 2) this.#pairs[at++] = this.#table.add(flat[i]!, flat[i + 1]!, slot);
    this.#ids[slot] = id;
    this.#labels[slot] ??= undefined;
    this.#starts[slot + 1] = at;
    this.#slots++;
  }

  /** Everything again, without what is forgotten and with what came late. */
  #rebuild(late?: { readonly id: number; readonly flat: readonly string[] }): void {
    const series: { id: number; flat: readonly string[] }[] = [];
    const labels: (Labels | undefined)[] = [];
    for (let slot = 0; slot < this.#slots; slot++) {
      if (this.#forgotten.has(slot)) continue;
      labels[series.length] = this.#labels[slot];
      series.push({ id: this.#ids[slot]!, flat: this.#flatAt(slot) });
    }
    if (late !== undefined) {
      const at = series.findIndex(({ id }) => id > late.id);
      series.splice(at, 0, late);
      labels.splice(at, 0, undefined);
    }
    this.#slots = 0;
    this.#table = new LabelTable();
    this.#forgotten.clear();
    this.#labels = labels;
    for (const { id, flat } of series) this.#append(id, flat);
  }
}

type Test = {
  readonly name: string;
  readonly test: (value: string) => boolean;
  /** Whether series without the label match. */
  readonly matchesNone: boolean;
};

/** The values that the matcher names one by one; undefined when it does not. */
function wantedValues({ op, value }: LabelMatcher): readonly string[] | undefined {
  if (op === '=') return [value];
  return op === '=~' ? literalsOf(value) : undefined;
}

function grown(array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.ceil(length));
  larger.set(array);
  return larger;
}
