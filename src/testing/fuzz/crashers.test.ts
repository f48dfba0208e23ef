/**
 * Short runs of what `npm run bench -- fuzz` does for as long as asked, and every input that it has
 * broken something with: `fixtures/fuzz` keeps them.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkMail } from "../bot/fuzz-mail.ts";
import { FIXTURES, fixturesIn } from "../fixture-files.ts";
import { changedSources, checkSource } from "./fuzz-c.ts";
import { changedPacks, checkPack } from "./fuzz-rules.ts";

const CHECKS = { c: checkSource, mail: checkMail, rules: checkPack };

describe("what broke something once", () => {
  const kept = fixturesIn("fuzz").filter((file) => !file.endsWith(".md"));
  test("is named after what reads it", () => {
    for (const file of kept) expect(Object.keys(CHECKS)).toContain(file.split("/")[1]?.split("-")[0]);
  });
  test.each(kept)("%s", async (file) => {
    const [kind] = Object.entries(CHECKS).filter(([name]) => file.startsWith(`fuzz/${name}-`));
    await kind?.[1](readFileSync(join(FIXTURES, file)));
  });
});

test("whatever C is made of, it is read, every offset is true, and an audit of it ends", () => {
  fc.assert(
    fc.property(changedSources(), (source) => checkSource(source)),
    { numRuns: 150 },
  );
});

test("whatever a rule pack is made of, it is taken, or refused in a line that names it", async () => {
  await fc.assert(fc.asyncProperty(changedPacks(), checkPack), { numRuns: 150 });
});
