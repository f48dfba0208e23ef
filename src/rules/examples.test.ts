import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { readSourceFile, typeTableOf } from "../c/index.ts";
import { typeOptionsOf } from "../drivers/index.ts";
import { bindPack } from "./bind-pack.ts";
import { compilePacks } from "./compile-packs.ts";
import { type LoadedPacks, loadCompiledPacks } from "./compiled-packs.ts";
import { treeNamesOf } from "./tree-names.ts";

const FOLDERS = ["rules/xen", "rules/arm-smmu"];

let packs: LoadedPacks;
beforeAll(async () => {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".yaml"))
      .map((name) => ({ path: `${folder}/${name}`, text: readFileSync(`${folder}/${name}`, "utf8") })),
  );
  packs = loadCompiledPacks(await compilePacks(files));
});

describe("the examples of the shipped rules", () => {
  test.each(["reports", "accepts"] as const)(
    "%s: are C that can be read, and bind their own rule",
    (which) => {
      const examples = packs.drivers.flatMap((pack) => pack.rules.map((rule) => ({ pack, rule })));
      expect(examples.length).toBeGreaterThanOrEqual(4);
      for (const { pack, rule } of examples) {
        const file = readSourceFile(`${rule.id}.c`, rule.examples[which], new Map());
        expect(file.gaps, rule.id).toEqual([]);
        expect(
          file.items.some((item) => item.kind === "function"),
          rule.id,
        ).toBe(true);
        const types = typeTableOf([file], typeOptionsOf(packs.platform));
        const own = { ...pack, rules: [rule] };
        const bound = bindPack(own, treeNamesOf(own, types));
        expect(bound.rules.length, `${rule.id}: ${bound.complaints.join("; ")}`).toBe(1);
      }
    },
  );

  test("the two differ", () => {
    for (const rule of packs.drivers.flatMap((pack) => pack.rules)) {
      expect(rule.examples.reports).not.toBe(rule.examples.accepts);
    }
  });
});
