/** Changes that leave the code as it was are told from those that do not, and nothing is found of the former. */
import { describe, expect, test } from "vitest";
import type { LoadedPacks } from "../rules/index.ts";
import { shippedPacks } from "../testing/xen/xen-packs.ts";
import { readChange } from "./change-review.ts";
import { commitVerdict } from "./commit-verdict.ts";
import type { ChangeSource } from "./pull-request-ports.ts";
import { reviewSeries } from "./review-series.ts";
import { isSameCode } from "./same-code.ts";
import { createSharedWork } from "./shared-work.ts";

const CODE = `/* Slots. */
#include <xen/lib.h>

static DEFINE_SPINLOCK(slots_lock);

int set_slot(int at)
{
    spin_lock(&slots_lock);
    /* Too far. */
    if ( at > 7 )
        return -1; /* nothing is set */
    spin_unlock(&slots_lock);
    return store(at, /* at once */
                 7);
}
`;

const packs = await shippedPacks();

function same(before: string, after: string, callers: readonly string[] = []): boolean {
  const files = callers.map((path) => ({ path, text: "" }));
  const stageOf = (text: string) => new Map([["a.c", text]]);
  const { parses } = createSharedWork(packs.platform);
  return isSameCode(stageOf(before), stageOf(after), { platform: packs.platform, callers: files, parses });
}

describe("a change leaves the code as it was", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    ["a comment to itself",           "/* Slots. */",        "/* All slots,\n * in one table. */\n"],
    ["a comment within a function",   "    /* Too far. */\n", ""],
    ["a comment behind a statement",  "/* nothing is set */", "/* it stays */"],
    ["an included header",            "<xen/lib.h>",         "<xen/kernel.h>"],
    ["an empty line",                 "\n\n",                "\n\n\n"],
  ])("%s", (_what, from, to) => {
    expect(CODE).toContain(from);
    expect(same(CODE, CODE.replace(from, to))).toBe(true);
  });
});

describe("it may not have left the code as it was", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    ["another number",                         "at > 7",             "at > 8"],
    ["a comment within an expression",         "/* at once */",      "/* soon */"],
    ["a token in another column",              "    if ( at",        "  if ( at"],
    ["code in a comment's place",              "    /* Too far. */", "    at++;"],
    ["a comment that hides a finding",         "/* Too far. */",     "/* lockspan: ignore lock-leak: so it is */"],
    ["a comment that promises a lock",         "/* Slots. */",       "/* Call with slots_lock held. */"],
    ["a header before an include guard",       "#include <xen/lib.h>\n", "#ifndef A_H\n#define A_H\n#endif\n"],
    ["an empty line that ends a definition",   "/* Slots. */\n",     "/* Slots. */\n#define SLOTS \\\n\n"],
  ])("%s", (_what, from, to) => {
    expect(CODE).toContain(from);
    expect(same(CODE, CODE.replace(from, to))).toBe(false);
  });

  test("an empty line less behind a backslash", () => {
    const code = "#define SLOTS \\\n\nint slots;\n";
    expect(same(code, code.replace("\n\n", "\n"))).toBe(false);
  });

  test("a header that goes in front of an include guard", () => {
    const code = "#ifndef A_H\n#define A_H\nint slots;\n#endif\n";
    expect(same(code, `#include <xen/lib.h>\n${code}`)).toBe(false);
  });

  test("a file whose lines are read for what a driver's callers hold", () => {
    const after = CODE.replace("Too far.", "Beyond the table.");
    expect(same(CODE, after)).toBe(true);
    expect(same(CODE, after, ["a.c"])).toBe(false);
  });
});

/** A commit that changes one file. */
function commit(before: string, after: string): ChangeSource {
  const texts = async (text: string) => new Map([["a.c", text]]);
  const tree = { commit: null, how: "", read: () => texts(before), list: async () => [] };
  const files = [{ oldPath: "a.c", newPath: "a.c", isCopy: false, blob: null, patch: null }];
  return { base: "", how: "", files, isWhole: true, tree, after: () => texts(after) };
}

describe("the verdict on a commit", () => {
  const about = { subject: "a change", author: "" };

  async function verdicts(after: string, loaded: LoadedPacks) {
    const shared = createSharedWork(loaded.platform);
    const { input } = await readChange(commit(CODE, after), loaded, about);
    const { review, moved } = reviewSeries({
      ...input,
      packs: loaded,
      profile: "approach-b",
      scope: "touched",
    });
    const whole = review.findings.filter(({ change }) => change !== "pre-existing");
    const short = await commitVerdict(commit(CODE, after), about, {
      packs: loaded,
      profile: "approach-b",
      shared,
    });
    return { whole: [whole.map(({ fingerprint }) => fingerprint), moved], short, shared };
  }

  test("without a change of code is that of the whole review, and nothing is analysed for it", async () => {
    const { whole, short, shared } = await verdicts(CODE.replace("Too far.", "Beyond the table."), packs);
    expect([short.told, short.moved]).toEqual(whole);
    expect(short.told).toEqual([]);
    expect(shared.bases).toEqual([]);
  });

  test("with a change of code is that of the whole review", async () => {
    const { whole, short, shared } = await verdicts(CODE.replace("return -1", "goto out"), packs);
    expect([short.told.map(({ fingerprint }) => fingerprint), short.moved]).toEqual(whole);
    expect(short.told).not.toEqual([]);
    expect(shared.bases).not.toEqual([]);
  });
});
