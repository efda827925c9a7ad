// What Prometheus's test files assume to be switched on.
export const EXPERIMENTAL = {
  experimentalFunctions: true,
  durationExpressions: true,
  extendedRangeSelectors: true,
  fillModifiers: true,
};
