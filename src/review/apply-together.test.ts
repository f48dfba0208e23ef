/** Which orders two sets of patches apply in, and what is said when neither does. */
import { describe, expect, test } from "vitest";
import { type PatchSelection, readMessages, selectPatches } from "../patch/index.ts";
import { patchedBase } from "../testing/patched-base.ts";
import { applyTogether, filesNamedBy } from "./apply-together.ts";

const FILE = "src/a.c";
const TEXT = "one\ntwo\nthree\nfour\nfive\n";

function patchOf(diff: string): PatchSelection {
  return selectPatches(readMessages(Buffer.from(diff)));
}

/** One hunk without context but for the lines named. */
const replacing = (line: number, from: string, to: string) =>
  patchOf(`--- a/${FILE}\n+++ b/${FILE}\n@@ -${line},1 +${line},1 @@\n-${from}\n+${to}\n`);
const renaming = patchOf(
  `diff --git a/${FILE} b/src/b.c\nsimilarity index 100%\nrename from ${FILE}\nrename to src/b.c\n`,
);
const creating = patchOf(
  "diff --git a/src/c.c b/src/c.c\nnew file mode 100644\n--- /dev/null\n+++ b/src/c.c\n@@ -0,0 +1 @@\n+int c;\n",
);

function together(own: PatchSelection, others: PatchSelection) {
  const texts = new Map([[FILE, TEXT]]);
  return applyTogether(patchedBase(own, texts), others, texts);
}

describe("applyTogether", () => {
  test("behind the reviewed patch comes first, and the other applies alone as well", () => {
    const result = together(replacing(1, "one", "1"), replacing(5, "five", "5"));

    expect(result).toMatchObject({ kind: "applied", source: { order: "after", files: [] } });
    expect(result.kind === "applied" && result.source.alone !== null).toBe(true);
  });

  test("what needs the reviewed patch does not apply alone", () => {
    const result = together(replacing(1, "one", "1"), replacing(1, "1", "I"));

    expect(result).toMatchObject({ kind: "applied", source: { order: "after", alone: null } });
  });

  test("two that replace one line: the reason names hunk and file of both orders", () => {
    const result = together(replacing(1, "one", "1"), replacing(1, "one", "I"));

    expect(result.kind === "rejected" ? result.why : "").toMatch(
      /^neither after it \(hunk 1 of src\/a\.c: .*\) nor before it \(then, of the patch, hunk 1 of src\/a\.c: .*\)$/,
    );
  });

  test("a file that the first moves away is not there for the second under its old name", () => {
    const result = together(renaming, replacing(1, "one", "I"));

    expect(result.kind === "applied" ? result.source.order : result.kind).toBe("before");
  });

  test("a file of the other patch alone is read from the tree, and one that it creates is not", () => {
    expect(filesNamedBy(creating)).toEqual(["src/c.c"]);
    const result = together(replacing(1, "one", "1"), creating);

    expect(result).toMatchObject({ kind: "applied", source: { files: [{ path: "src/c.c", text: null }] } });
  });

  test("the same lines under another subject are the patch itself", () => {
    expect(together(replacing(1, "one", "1"), replacing(1, "one", "1")).kind).toBe("same");
  });
});
