// Which experimental parts of the language a parser accepts. All are off unless asked for.
export type ParseOptions = {
  readonly experimentalFunctions?: boolean;
  /** foo[5m * 2], offset step(). */
  readonly durationExpressions?: boolean;
  /** foo[5m] anchored, foo smoothed. */
  readonly extendedRangeSelectors?: boolean;
  /** a + fill(0) b. */
  readonly fillModifiers?: boolean;
};
