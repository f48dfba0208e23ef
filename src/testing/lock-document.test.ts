/** The Markdown document about a driver's locks, for the depot of the fixtures. */
import { describe, expect, test } from "vitest";
import { renderLockDocuments } from "../reports/index.ts";
import { lockDocumentsOf } from "../review/index.ts";
import type { Profile } from "../rules/index.ts";
import { fixturePacks, readFixture } from "./fixture-files.ts";
import { shippedPacks } from "./xen/xen-packs.ts";

const FILE = "reports/depot.c";
const shipped = await shippedPacks();
const packs = await fixturePacks("checks/depot-pack");

async function documentUnder(profile: Profile): Promise<string> {
  return renderLockDocuments(lockDocumentsOf([{ path: FILE, text: readFixture(FILE) }], packs, profile));
}

describe("the document about locks", () => {
  test.each(["list", "approach-a", "approach-b"] as const)(
    "under %s gives exactly these bytes",
    async (profile) => {
      await expect(await documentUnder(profile)).toMatchFileSnapshot(
        `../../fixtures/reports/depot-${profile}.md`,
      );
    },
  );

  test("files that no pack speaks of have locks and an order, and say that nothing tells what they guard", () => {
    const text = `
      static DEFINE_SPINLOCK(a);
      static DEFINE_SPINLOCK(b);
      void f(void) { spin_lock(&a); spin_lock(&b); spin_unlock(&b); spin_unlock(&a); }
    `;
    const document = renderLockDocuments(lockDocumentsOf([{ path: "plain.c", text }], shipped, "approach-b"));
    expect(document).toMatch(/^# Locks: plain\.c\n/);
    expect(document).toContain("| `a` | `b` | `f` |");
    expect(document).toContain("No rule says what these locks guard.");
    expect(document).not.toContain("What does not keep to it");
  });

  test("what strangers wrote is no markup", () => {
    const text = "static DEFINE_SPINLOCK(a);\nvoid f(void) { spin_lock(&a); }\n";
    const path = "a|b`<i>.c";
    const document = renderLockDocuments(lockDocumentsOf([{ path, text }], shipped, "approach-b"));
    expect(document).toContain("# Locks: a\\|b\\`\\<i>.c");
    expect(document).toContain("``a|b`<i>.c``");
  });
});
