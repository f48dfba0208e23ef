/** An audit that is made again says what a first one says, whatever was edited in between. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fixturePacks, fixturesIn, readFixture } from "../testing/fixture-files.ts";
import { auditFiles } from "./audit-files.ts";
import { createLiveAudit } from "./live-audit.ts";

const packs = await fixturePacks(null);
const TEXTS = ["checks/guarded-access", "checks/early-unlock", "checks/lock-leak", "checks/check-then-act"]
  .flatMap((folder) => fixturesIn(folder, ".c"))
  .map((file) => readFixture(file));

/** A line goes, comes twice, changes places with the next one, or a lock call appears. */
const edit = fc.record({
  at: fc.nat(),
  how: fc.constantFrom("cut", "double", "swap", "lock", "unlock", "break"),
});

function edited(text: string, { at, how }: { readonly at: number; readonly how: string }): string {
  const lines = text.split("\n");
  const index = at % lines.length;
  const [line = "", next = ""] = lines.slice(index, index + 2);
  const instead: Record<string, string[]> = {
    cut: [],
    double: [line, line],
    lock: ["    spin_lock(&obj_lock);", line],
    unlock: [line, "    spin_unlock(&obj_lock);"],
    break: [line.slice(0, line.length / 2)],
  };
  if (how === "swap") lines.splice(index, 2, next, line);
  else lines.splice(index, 1, ...(instead[how] ?? []));
  return lines.join("\n");
}

describe("createLiveAudit", () => {
  test("says of every version what a first audit says", () => {
    const run = fc.tuple(fc.nat(), fc.array(edit, { minLength: 1, maxLength: 6 }));
    fc.assert(
      fc.property(run, ([which, edits]) => {
        const live = createLiveAudit(packs, "approach-b");
        let text = TEXTS[which % TEXTS.length] ?? "";
        for (const one of edits) {
          const files = [{ path: "drivers/obj.c", text }];
          expect(live.audit(files).review).toEqual(auditFiles(files, packs, "approach-b"));
          text = edited(text, one);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("is worn out by many audits, and as new when it is renewed", () => {
    const live = createLiveAudit(packs, "approach-b");
    const files = [{ path: "a.c", text: "int a;\n" }];
    for (let count = 0; count <= 400; count++) live.audit(files);
    expect(live.isWornOut()).toBe(true);
    live.renew();
    expect(live.isWornOut()).toBe(false);
  });
});
