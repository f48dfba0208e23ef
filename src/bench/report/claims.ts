/** What is claimed of lockspan beside other tools. A claim that the figures do not bear out is printed as such. */

export interface Score {
  readonly name: string;
  /** Seconds before the first answer. */
  readonly setUp: number;
  /** Processor time for one file. */
  readonly seconds: number;
  readonly caught: number;
  readonly flagged: number;
}

export interface Claim {
  readonly says: string;
  readonly holds: boolean;
  /** A claim of the product: a table that denies it may not be committed. */
  readonly isPromise: boolean;
}

const OWN = "lockspan";
const CLANG = "clang -Wthread-safety";

/** @param scores of lockspan and of at least one other tool */
export function claimsOn(scores: readonly Score[]): Claim[] {
  const own = scores.find(({ name }) => name === OWN);
  const others = scores.filter(({ name }) => name !== OWN);
  if (own === undefined || others.length === 0) return [];
  const useful = others.filter(({ caught }) => caught > 0);
  const clang = others.find(({ name }) => name === CLANG);
  return [
    {
      says: "lockspan catches more of the defects than each of the others.",
      holds: others.every(({ caught }) => own.caught > caught),
      isPromise: true,
    },
    {
      says: "It flags no more rewrites than any of the others that catch something.",
      holds: useful.every(({ flagged }) => own.flagged <= flagged),
      isPromise: true,
    },
    { says: "It needs no set-up.", holds: own.setUp === 0, isPromise: true },
    ...(clang === undefined
      ? []
      : [
          {
            says: "One file takes it at most twice the processor time of clang.",
            holds: own.seconds <= 2 * clang.seconds,
            isPromise: false,
          },
        ]),
  ];
}
