// Three columns of nodes with what goes between them, from groups by three keys.
import { GROUP_SUMS, GroupTable, NO_GROUP } from './group-table.ts';
import { type FlowCount, type RawKey, type RawSankey, SUMS } from './plan.ts';
import { topGroups } from './top.ts';

/** @param rest what is in no group: it goes through the rest of each column */
export function sankeyOf(
  table: GroupTable,
  measure: FlowCount,
  limit: number,
  rest: Float64Array,
  keysOf: (keys: Uint32Array, from: number) => RawKey[],
): RawSankey {
  const nodes = [0, 1, 2].map((part) => nodesOf(table, part, measure, limit));
  const sums = nodes.map(({ shown }) => Array.from({ length: shown.length + 1 }, () => new Float64Array(SUMS)));
  const links = [new Map<number, Float64Array>(), new Map<number, Float64Array>()];
  const flow = (places: readonly number[], values: Float64Array): void => {
    places.forEach((place, part) => add(sums[part]?.[place], values));
    links.forEach((between, part) => {
      const link = (places[part] ?? 0) * 1_024 + (places[part + 1] ?? 0);
      let own = between.get(link);
      if (own === undefined) between.set(link, (own = new Float64Array(SUMS)));
      add(own, values);
    });
  };
  for (let group = 0; group < table.size; group++) {
    const places = nodes.map(({ placeOf }, part) => placeOf.get(table.keys[group * 3 + part] ?? 0) ?? limit);
    flow(
      places.map((place, part) => Math.min(place, (sums[part]?.length ?? 1) - 1)),
      table.sumsOf(group),
    );
  }
  if (rest.some((value) => value > 0)) {
    flow(
      sums.map((column) => column.length - 1),
      rest,
    );
  }
  return {
    columns: nodes.map(({ shown }, part) =>
      (sums[part] ?? []).flatMap((own, place) => {
        const sample = shown[place];
        if (sample === undefined) return own.some((value) => value > 0) ? [{ key: undefined, sums: own }] : [];
        return [{ key: keysOf(table.keys, sample * 3)[part], sums: own }];
      }),
    ),
    links: links.map((between) =>
      [...between].map(([link, own]) => ({ from: Math.floor(link / 1_024), to: link % 1_024, sums: own })),
    ),
  };
}

/** The largest of a column: where each is placed, and a group that has it. */
function nodesOf(table: GroupTable, part: number, measure: FlowCount, limit: number) {
  const column = new GroupTable(1);
  const keys = new Uint32Array(table.size);
  for (let group = 0; group < table.size; group++) keys[group] = table.keys[group * 3 + part] ?? 0;
  const numbers = new Uint32Array(table.size);
  const valid = new Uint8Array(table.size).fill(1);
  column.groupsOf([keys], valid, table.size, false, numbers);
  const sample = new Uint32Array(column.size).fill(NO_GROUP);
  for (let group = 0; group < table.size; group++) {
    const own = numbers[group] ?? 0;
    if (sample[own] === NO_GROUP) sample[own] = group;
    for (let i = 0; i < SUMS; i++) {
      const at = own * GROUP_SUMS + i;
      column.sums[at] = (column.sums[at] ?? 0) + (table.sums[group * GROUP_SUMS + i] ?? 0);
    }
  }
  const top = topGroups(column, measure, limit);
  return {
    placeOf: new Map([...top].map((own, place) => [column.keys[own] ?? 0, place])),
    shown: [...top].map((own) => sample[own] ?? 0),
  };
}

function add(into: Float64Array | undefined, values: Float64Array): void {
  if (into === undefined) return;
  for (let i = 0; i < SUMS; i++) into[i] = (into[i] ?? 0) + (values[i] ?? 0);
}
