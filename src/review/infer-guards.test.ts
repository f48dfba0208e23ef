/** Guards from code, and the pack that is made of them. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compilePacks, loadCompiledPacks, proposedPack } from "../rules/index.ts";
import { checkExamples } from "./check-packs.ts";
import { inferGuards } from "./infer-guards.ts";

const platform = await compilePacks(
  ["xen", "pthreads", "c11"].flatMap((folder) =>
    readdirSync(`rules/${folder}`)
      .filter((name) => name.endsWith(".yaml"))
      .map((name) => {
        const path = `rules/${folder}/${name}`;
        return { path, text: readFileSync(path, "utf8") };
      }),
  ),
);
const packs = loadCompiledPacks(platform);
const infer = (text: string, support = 0.75) =>
  inferGuards([{ path: "drivers/box.c", text }], packs, { support, accesses: 3 });

const BOX = "struct box { spinlock_t lock; int size; struct list_head list; };\n";
const locked = (name: string, code: string) =>
  `void ${name}(struct box *b) { spin_lock(&b->lock); ${code} spin_unlock(&b->lock); }\n`;
const THREE = locked("a", "b->size = 1;") + locked("c", "b->size++;");

describe("the guards that code keeps", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    ["held everywhere",             BOX + THREE,                                                              "box.size by box.lock, 3 of 3"],
    ["an exception",                `${BOX + THREE}int e(struct box *b) { return b->size; }\n`,               "box.size by box.lock, 3 of 4, not in e"],
    ["too many exceptions",         `${BOX + THREE}int e(struct box *b) { return b->size; }\nint f(struct box *b) { return b->size; }\n`, ""],
    ["too few accesses",            BOX + locked("a", "b->size = 1;"),                                        ""],
    ["nobody writes",               BOX + ["a", "c", "d"].map((name) => locked(name, "use(b->size);")).join(""), ""],
    ["the caller holds it",         `${BOX}static void set(struct box *b) { b->size = 1; b->size++; }\n${locked("a", "set(b);")}`, "box.size by box.lock, 3 of 3"],
    ["a caller does not",           `${BOX}static void set(struct box *b) { b->size = 1; b->size++; }\n${locked("a", "set(b);")}void n(struct box *b) { set(b); }\n`, ""],
    ["boot does not count",         `${BOX + THREE}void __init e(struct box *b) { b->size = 0; }\n`,          "box.size by box.lock, 3 of 3"],
    ["private objects do not",      `${BOX + THREE}void e(void) { struct box *b = xzalloc(struct box); if ( b ) b->size = 0; xfree(b); }\n`, "box.size by box.lock, 3 of 3"],
    ["the closest of two",          `static DEFINE_SPINLOCK(all);\n${BOX}void a(struct box *b) { spin_lock(&all); spin_lock(&b->lock); b->size = 1; b->size++; spin_unlock(&b->lock); spin_unlock(&all); }\n`, "box.size by box.lock, 3 of 3"],
    ["a global lock",               "static DEFINE_SPINLOCK(all);\nstruct box { int size; };\nvoid a(struct box *b) { spin_lock(&all); b->size = 1; b->size++; spin_unlock(&all); }\n", "box.size by all, 3 of 3"],
    ["a lock behind functions",     "struct box { int size; };\nvoid a(struct box *b) { pcidevs_lock(); b->size = 1; b->size++; pcidevs_unlock(); }\n", "box.size by pcidevs_lock, 3 of 3"],
    ["the object around it",        "struct box { int size; };\nstruct crate { spinlock_t lock; struct box box; };\nvoid a(struct crate *c) { spin_lock(&c->lock); c->box.size = 1; c->box.size++; spin_unlock(&c->lock); }\n", "box.size by crate.lock, 3 of 3"],
    ["a stranger's lock",           "struct box { int size; };\nstruct crate { spinlock_t lock; struct box *box; };\nvoid a(struct crate *c) { spin_lock(&c->lock); c->box->size = 1; c->box->size++; spin_unlock(&c->lock); }\n", ""],
    ["written under a lock to read", `struct box { rwlock_t lock; int size; };\n${["a", "c", "d"].map((name) => `void ${name}(struct box *b) { read_lock(&b->lock); b->size++; read_unlock(&b->lock); }\n`).join("")}`, ""],
    ["so it is the lock inside",    `static DEFINE_RWLOCK(all);\n${BOX}static void set(struct box *b) { spin_lock(&b->lock); b->size = 1; b->size++; spin_unlock(&b->lock); }\nvoid a(struct box *b) { read_lock(&all); set(b); read_unlock(&all); }\n`, "box.size by box.lock, 3 of 3"],
    ["written exclusively, read shared", "struct box { rwlock_t lock; int size; };\nvoid a(struct box *b) { write_lock(&b->lock); b->size++; write_unlock(&b->lock); }\nint c(struct box *b) { int n; read_lock(&b->lock); n = b->size; read_unlock(&b->lock); return n; }\n", "box.size by box.lock, 3 of 3"],
    ["POSIX threads",               "struct box { pthread_mutex_t m; int size; };\nvoid a(struct box *b) { pthread_mutex_lock(&b->m); b->size = 1; b->size++; pthread_mutex_unlock(&b->m); }\n", "box.size by box.m, 3 of 3"],
  ])("%s", async (_what, text, expected) => {
    const inference = infer(text);
    const lines = inference.guards.map(({ struct, field, lock, held, accesses, exceptions }) => {
      const not = exceptions.map((place) => place.function).join();
      return `${struct}.${field} by ${lock}, ${held} of ${accesses}${not === "" ? "" : `, not in ${not}`}`;
    });
    expect(lines.join("; ")).toBe(expected);

    const files = proposedPack({ ...inference, files: ["drivers/box.c"], headers: [] });
    expect(files.length).toBe(expected === "" ? 0 : 2);
    const compiled = await compilePacks(files.map(({ name, text: yaml }) => ({ path: `box/${name}`, text: yaml })), platform);
    const loaded = loadCompiledPacks(compiled);
    for (const rule of loaded.drivers.flatMap((pack) => pack.rules)) expect(checkExamples(rule, loaded)).toEqual([]);
  });
});

test("a pack for a file with a name that YAML takes for a value is read back", async () => {
  const files = proposedPack({ ...infer(BOX + THREE), files: ["sched/null.c"], headers: [] });
  const texts = files.map(({ name, text }) => ({ path: `rules/null/${name}`, text }));
  const { drivers } = await compilePacks(texts);

  expect(drivers.map(({ model }) => model.id)).toEqual(["null"]);
});

test("the pack names the places that do not hold the lock, and its table of operations", () => {
  const table = "static const struct box_ops ops = { .size = e };\n";
  const inference = infer(`${BOX + THREE}int e(struct box *b) { return b->size; }\n${table}`);
  const [driver, rule] = proposedPack({
    ...inference,
    files: ["drivers/my_box.c"],
    headers: ["drivers/my_box.h"],
  });
  expect(driver?.text).toContain("id: my-box\n");
  expect(driver?.text).toContain('headers:\n  - "drivers/my_box.h"\n');
  expect(driver?.text).toContain("operationsType: box_ops\n");
  expect(rule?.text).toContain("  #   drivers/box.c:4 e(): b->size (read)\n");
});
