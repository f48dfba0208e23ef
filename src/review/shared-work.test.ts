/** Work that reviews share stays within bounds, and what it still has is used. */
import { expect, test } from "vitest";
import { readSourceFile } from "../c/index.ts";
import { shippedPacks } from "../testing/xen/xen-packs.ts";
import { createSharedWork, keptInBounds } from "./shared-work.ts";

/** A fifth of a million characters. */
const versionOf = (number: number) => `int version_${number};\n`.padEnd(200_000, "/* */\n");

test("of many versions the latest are known, and all together stay within bounds", async () => {
  const { platform } = await shippedPacks();
  const shared = createSharedWork(platform);
  const { parses } = shared;
  for (let number = 0; number < 20; number++) {
    expect(keptInBounds(shared, platform)).toBe(shared);
    readSourceFile("a.c", versionOf(number), new Map(), { cache: parses });
    // The one that all others are made from.
    readSourceFile("a.c", versionOf(0), new Map(), { cache: parses });
    expect(parses.scans.keys().length).toBeLessThan(10);
    expect(parses.scans.keys()).toContain(versionOf(number));
    expect(parses.scans.keys()).toContain(versionOf(0));
  }
});

test("values are numbered for good: with too many of them all is begun anew", async () => {
  const { platform } = await shippedPacks();
  const shared = createSharedWork(platform);
  for (let value = 0; value <= 500_000; value++) shared.analyses.table.number(value);
  const renewed = keptInBounds(shared, platform);
  expect(renewed).not.toBe(shared);
  expect(renewed.analyses.table.size).toBe(0);
});
