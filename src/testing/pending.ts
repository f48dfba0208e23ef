/** What the fixtures expect and the program does not do yet, one line each. */
import type { Expectation } from "./expectations.ts";

export function pendingOf(file: string, expectations: readonly Expectation[]): string[] {
  return expectations.flatMap((item) => {
    if (item.kind === "miss" || item.kind === "noise")
      return [`pending: ${file}:${item.line}: ${item.kind} of ${item.check}: ${item.reason}`];
    return item.kind === "says-miss" ? [`pending: ${file}:${item.line}: does not say "${item.words}"`] : [];
  });
}
