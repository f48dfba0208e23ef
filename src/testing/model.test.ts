/** The model of files: by which ways in a function is reached, and why an access needs no lock. */
import { expect, test } from "vitest";
import { PLAIN_STYLE, renderModelText } from "../reports/index.ts";
import { modelOfFiles } from "../review/index.ts";
import { fixturePacks, readFixture } from "./fixture-files.ts";

const packs = await fixturePacks("checks/depot-pack");

test("a function has the ways of all that lead to it", () => {
  const { functions } = modelOfFiles(
    [{ path: "reports/depot.c", text: readFixture("reports/depot.c") }],
    packs,
    "approach-b",
  );
  const ways = Object.fromEntries(functions.map((fn) => [fn.name, fn.ways]));

  expect(ways).toMatchObject({
    depot_bring: ["bring"],
    depot_take: ["take"],
    find_crate: ["inspect", "take"],
  });
});

test("of two functions of one name, the one in the caller's own file is meant", () => {
  const driver = (name: string) => `
    struct crate { int dev; };
    struct depot { spinlock_t lock; struct crate crate; };
    static void work(struct depot *d) { spin_lock(&d->lock); spin_unlock(&d->lock); }
    static int ${name}(struct depot *d) { work(d); return 0; }
    static const struct depot_ops ${name}_ops = { .${name} = ${name} };
  `;
  const files = ["bring", "take"].map((name) => ({ path: `checks/x/${name}.c`, text: driver(name) }));
  const { functions } = modelOfFiles(files, packs, "approach-b");
  const ways = functions.filter((fn) => fn.name === "work").map((fn) => [fn.file, fn.ways]);

  expect(ways).toEqual([
    ["checks/x/bring.c", ["bring"]],
    ["checks/x/take.c", ["take"]],
  ]);
});

test("what a rule asks no lock for is told with the reason", async () => {
  const text = `
    struct obj { struct list_head list; int serial, hint, state; };
    static DEFINE_SPINLOCK(L);
    int look(struct obj *o)
    {
        o->hint = 1;
        return o->serial
               + o->state;
    }
  `;
  const files = [{ path: "checks/x/free.c", text }];
  const model = modelOfFiles(files, await fixturePacks("checks/pack"), "approach-b");

  expect(
    model.functions.flatMap(({ accesses }) => accesses.map(({ object, free }) => [object, free])),
  ).toEqual([
    ["o->hint", "atomic"],
    ["o->serial", "constant"],
    ["o->state", null],
  ]);
  const shown = renderModelText(model, PLAIN_STYLE);
  for (const says of [
    "obj atomic by design: 1 write in 6",
    "obj never changes: 1 read in 7",
    "obj under nothing: 1 read in 8",
  ])
    expect(shown).toContain(says);
});
