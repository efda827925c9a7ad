// The steps of a series: as long as asked for or as suits a graph, whole buckets of the store in each case.

const NICE_S = [60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800];
const MAX_STEPS = 2_000;
const GRAPH_STEPS = 300;
const MAX_POINTS = 100_000;

export type Steps = { readonly stepS: number; readonly firstS: number; readonly count: number };

export function stepsOf(
  startS: number,
  endS: number,
  resolutionS: number,
  askedS: number | undefined,
  rows: number,
): Steps {
  const most = askedS === undefined ? Math.max(20, Math.min(GRAPH_STEPS, Math.floor(MAX_POINTS / rows))) : MAX_STEPS;
  const fits = (stepS: number): boolean => (endS - startS) / stepS <= most && stepS % resolutionS === 0;
  const asked = askedS === undefined ? undefined : Math.max(1, Math.ceil(askedS / resolutionS)) * resolutionS;
  const stepS =
    asked !== undefined && fits(asked)
      ? asked
      : (NICE_S.find((nice) => nice >= (asked ?? 0) && fits(nice)) ??
        Math.ceil((endS - startS) / most / resolutionS) * resolutionS);
  const firstS = Math.floor(startS / stepS) * stepS;
  return { stepS, firstS, count: Math.max(1, Math.ceil((endS - firstS) / stepS)) };
}
