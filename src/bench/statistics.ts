/** Summaries of a handful of measurements. */

export interface Summary {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** @param values at least one, in any order */
export function summarise(values: readonly number[]): Summary {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    min: at(0),
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    max: at(sorted.length - 1),
  };
}
