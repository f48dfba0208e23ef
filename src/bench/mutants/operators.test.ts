/** What each operator makes of one small program, and that the same seed gives the same mutants. */
import { describe, expect, test } from "vitest";
import { fixturePacks } from "../../testing/fixture-files.ts";
import { defects } from "./defects.ts";
import { functionRewrites } from "./function-rewrites.ts";
import { OPERATORS } from "./make-mutants.ts";
import { randomFrom, shuffled } from "./random.ts";
import { rewrites } from "./rewrites.ts";
import { tableOf, trialsOver } from "./run-mutants.ts";
import { type Site, sitesOf } from "./site.ts";

const packs = await fixturePacks("checks/exchange-pack");

const PROGRAM = `struct session { struct list_head link; int calls, state; };
struct trunk { spinlock_t lock; int load; };
static DEFINE_SPINLOCK(sessions_lock);

int settle(struct session *s, struct trunk *t)
{
    int by;
    struct session *other;

    if ( !s )
        return -EINVAL;
    by = fee();
    other = NULL;
    spin_lock(&sessions_lock);
    s->calls += by;
    log(s, other);
    s->state = 1;
    spin_unlock(&sessions_lock);

    return 0;
}

void seize(struct trunk *t)
{
    spin_lock(&t->lock);
    t->load++;
    spin_unlock(&t->lock);
}

static void recall(struct session *s, int by)
{
    if ( !by )
        return;

    spin_lock(&sessions_lock);
    s->calls -= by;
    if ( s->calls )
        goto out;
    s->state = 0;
 out:
    spin_unlock(&sessions_lock);
}

void transfer(struct trunk *from, struct trunk *to)
{
    spin_lock(&from->lock);
    from->load--;
    spin_unlock(&from->lock);
}

void write_up(struct ledger *book)
{
    write_lock(&ledger_lock);
    book->sum = 0;
    write_unlock(&ledger_lock);
}

void settle_on(struct session *s, struct trunk *t)
{
    spin_lock(&sessions_lock);
    spin_lock(&t->lock);
    s->calls++;
    t->load++;
    spin_unlock(&t->lock);
    spin_unlock(&sessions_lock);
}
`;

const sites = sitesOf({ path: "checks/mutants/exchange.c", text: PROGRAM }, packs);
const siteIn = (name: string): Site => {
  const site = sites.find((one) => one.text.name === name);
  if (site === undefined) throw new Error(`no span in ${name}`);
  return site;
};
const apply = (operator: string, name: string): string => {
  const chosen = OPERATORS.find((one) => one.name === operator);
  return chosen?.apply(siteIn(name), randomFrom(1), packs.platform) ?? "";
};

describe("sitesOf", () => {
  test("finds the spans and the guarded accesses inside them", () => {
    const names = ["settle", "seize", "recall", "transfer", "write_up", "settle_on", "settle_on"];
    expect(sites.map(({ text }) => text.name)).toEqual(names);
    expect(siteIn("settle").acquire).toMatchObject({ primitive: "spin_lock", argument: "&sessions_lock" });
    expect(new Set(siteIn("settle").accesses.map(({ text }) => text))).toEqual(
      new Set(["s->calls", "s->state"]),
    );
  });

  test("of two locks that are held, only the one that guards the memory needs its span", () => {
    const both = sites.filter(({ text }) => text.name === "settle_on");
    expect(both.map(({ lock, accesses }) => [lock, [...new Set(accesses.map(({ text }) => text))]])).toEqual([
      ["sessions_lock", ["s->calls"]],
      ["trunk.lock", ["t->load"]],
    ]);
  });
});

describe("operators", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    ["lock-removed",       "seize",    /\{\n {4}t->load\+\+;/],
    ["unlock-removed",     "seize",    /t->load\+\+;\n\}/],
    ["lock-moved-down",    "seize",    /t->load\+\+;\n {4}spin_lock\(&t->lock\);\n {4}spin_unlock/],
    ["unlock-moved-up",    "seize",    /spin_lock\(&t->lock\);\n {4}spin_unlock\(&t->lock\);\n {4}t->load\+\+;/],
    ["lock-moved-up",      "recall",   /spin_lock\(&sessions_lock\);\n {4}if \( !by \)\n {8}return;\n\n {4}s->calls/],
    ["unlock-above-label", "recall",   /spin_unlock\(&sessions_lock\);\n out:\n\}/],
    ["lock-conditional",   "seize",    /if \( mutant_condition\(\) \)\n {8}spin_lock\(&t->lock\);/],
    ["unlock-conditional", "seize",    /if \( mutant_condition\(\) \)\n {8}spin_unlock\(&t->lock\);/],
    ["early-return",       "seize",    /if \( mutant_condition\(\) \)\n {8}return;/],
    ["early-return",       "settle",   /if \( mutant_condition\(\) \)\n {8}return 0;/],
    ["use-after-release",  "seize",    /spin_unlock\(&t->lock\);\n {4}mutant_sink\(t->load\);/],
    ["goto-skips-unlock",  "seize",    /goto mutant_out;[\s\S]*spin_unlock\(&t->lock\);\n mutant_out:\n/],
    ["other-instance",     "seize",    /spin_lock\(&\(t \+ 1\)->lock\);/],
    ["other-instance",     "transfer", /spin_lock\(&to->lock\);/],
    ["locked-twice",       "seize",    /spin_lock\(&t->lock\);\n {4}spin_lock\(&t->lock\);/],
    ["wrong-mode",         "write_up", /read_lock\(&ledger_lock\);\n[\s\S]*write_unlock/],
    ["local-renamed",      "settle",   /\b(?:by|other)_again\b/],
    ["comments-and-blanks", "settle",  /\/\* This remark changes nothing\. \*\/\n {4}s->calls \+= by;/],
    ["lock-wrapped",       "settle",   /static void mutant_lock\(spinlock_t \*lock\)\n\{\n {4}spin_lock\(lock\);\n\}[\s\S]*mutant_lock\(&sessions_lock\);[\s\S]*mutant_unlock\(&sessions_lock\);/],
    ["statement-extracted", "settle",  /static void mutant_part\(struct session \*s[\s\S]*\n {4}mutant_part\(s/],
    ["declarations-reordered", "settle", /struct session \*other;\n {4}int by;/],
    ["return-nested",      "settle",   /if \( !\(!s\) \)\n {4}\{\n[\s\S]*return 0;\n {4}\}\n {4}else\n {8}return -EINVAL;\n\}/],
    ["function-renamed",   "recall",   /^static void recall_anew\(struct session \*s, int by\)$/m],
    ["function-wrapped",   "settle",   /^static int mutant_inner\(struct session \*s, struct trunk \*t\)\n\{[\s\S]*\n\}\n\nint settle\(struct session \*s, struct trunk \*t\)\n\{\n {4}return mutant_inner\(s, t\);\n\}/m],
  ])("%s on %s", (operator, name, shape) => {
    expect(apply(operator, name)).toMatch(shape);
  });

  test("every operator has a line in the table above", () => {
    expect(OPERATORS).toHaveLength(defects.length + rewrites.length + functionRewrites.length);
    expect(new Set(OPERATORS.map(({ name }) => name)).size).toBe(22);
  });

  test.each([
    ["other-instance", "settle"],
    ["wrong-mode", "seize"],
    ["lock-moved-up", "seize"],
    ["unlock-above-label", "settle"],
    ["function-renamed", "settle"],
    ["return-nested", "seize"],
    ["declarations-reordered", "seize"],
  ])("%s has nothing to do in %s", (operator, name) => {
    expect(apply(operator, name)).toBe("");
  });
});

describe("randomFrom", () => {
  test("the same seed gives the same order, another one another", () => {
    const order = (seed: number) => shuffled([1, 2, 3, 4, 5, 6, 7, 8], randomFrom(seed)).join("");

    expect(order(4)).toBe(order(4));
    expect(order(4)).not.toBe(order(5));
  });
});

describe("trialsOver", () => {
  const program = { path: "checks/mutants/exchange.c", read: () => PROGRAM, packsFor: () => packs };
  const run = async () => tableOf(await trialsOver([program], { seed: 2, count: 44 }));

  test("is repeatable, and the review catches what is planted in a plain program", async () => {
    const table = await run();

    expect(table).toBe(await run());
    expect(table).toMatch(/^all +\d+ +\d+ +0 100\.0 % caught$/m);
    expect(table).toMatch(/^all +\d+ +\d+ +0 0\.0 % flagged$/m);
  });
});
