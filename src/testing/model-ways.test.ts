/** By which ways in a function is reached, for the depot of the fixtures and for files of one program. */
import { expect, test } from "vitest";
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
