/** What is held at the places of a function, line by line. */
import type { SourceRange } from "../c/index.ts";
import type { HeldPlace } from "../locks/index.ts";
import type { ReportedLine } from "./driver-report.ts";

/** @param places in the order of the text */
export function heldLines(
  places: readonly HeldPlace[],
  {
    lineOf,
    nameOf,
  }: {
    readonly lineOf: (at: SourceRange) => number;
    readonly nameOf: (lock: HeldPlace["must"][number]) => string;
  },
): ReportedLine[] {
  const lines = new Map<number, { must: readonly string[]; may: Set<string>; isQuiet: boolean }>();
  for (const place of places) {
    const must = place.must.map(nameOf);
    const line = lineOf(place.at);
    const known = lines.get(line) ?? { must, may: new Set<string>(), isQuiet: place.isQuiet };
    lines.set(line, known);
    known.must = known.must.filter((lock) => must.includes(lock));
    known.isQuiet &&= place.isQuiet;
    for (const lock of [...must, ...place.may.map(nameOf)]) known.may.add(lock);
  }
  return [...lines]
    .sort(([left], [right]) => left - right)
    .map(([line, { must, may, isQuiet }]) => ({
      line,
      must: [...new Set(must)].sort(),
      may: [...may].filter((lock) => !must.includes(lock)).sort(),
      isQuiet,
    }));
}
