/** A bench for each test of a file that imports this; it is closed after the test, and nothing it was sent may have been against GitHub's description. */
import { afterEach, expect } from "vitest";
import { type ActionBench, actionBench } from "./action-bench.ts";

let bench: ActionBench | null = null;

/** @param before the files of the base commit, by path */
export async function started(before: Readonly<Record<string, string>>): Promise<ActionBench> {
  bench = await actionBench(before);
  return bench;
}

afterEach(async () => {
  const used = bench;
  bench = null;
  await used?.close();
  expect(used?.github.violations ?? []).toEqual([]);
});
