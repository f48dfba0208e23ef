/** Packs that differ in anything at all are written out differently. */
import { expect, test } from "vitest";
import { type CompiledPacks, loadCompiledPacks } from "./compiled-packs.ts";
import { packsText } from "./packs-text.ts";

type Platform = CompiledPacks["platform"][number];

function written(platform: Platform): string {
  return packsText(loadCompiledPacks({ version: 1, platform: [platform], drivers: [] }));
}

test.each<[string, Platform]>([
  ["another function", { lockFunctions: [{ name: "g", kind: "acquire", lock: { arg: 0 } }] }],
  ["another effect of it", { lockFunctions: [{ name: "f", kind: "release", lock: { arg: 0 } }] }],
  ["another type", { lockTypes: ["mutex_t"] }],
  ["another macro", { macros: [{ name: "m", body: "x" }] }],
])("%s", (_what, other) => {
  const own: Platform = { lockFunctions: [{ name: "f", kind: "acquire", lock: { arg: 0 } }] };
  expect(written(other)).not.toBe(written(own));
  expect(written({ ...own, ...other })).not.toBe(written(own));
  expect(written(structuredClone(own))).toBe(written(own));
});
