/** Plain C under the platforms that ship, all loaded together. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { auditFiles } from "../review/index.ts";
import { compilePacks, loadCompiledPacks } from "../rules/index.ts";

const files = readdirSync("rules", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => ({ path: `rules/${name}`, text: readFileSync(`rules/${name}`, "utf8") }));
const packs = loadCompiledPacks(await compilePacks(files));

const checksIn = (text: string) =>
  auditFiles([{ path: "plain.c", text }], packs, "approach-b").findings.map(({ check }) => check);

const PTHREADS = "struct q { pthread_mutex_t m; pthread_spinlock_t s; int n; };\n";
const C11 = "struct q { mtx_t m; int n; };\n";
const LINUX = "struct q { struct mutex m; struct rw_semaphore sem; raw_spinlock_t s; int n; };\n";

describe("plain C files", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    ["pthreads, kept",  PTHREADS, "int f(struct q *q) { int n; pthread_mutex_lock(&q->m); n = q->n; pthread_mutex_unlock(&q->m); return n; }", []],
    ["pthreads, leak",  PTHREADS, "int f(struct q *q) { pthread_mutex_lock(&q->m); if (q->n) return -1; pthread_mutex_unlock(&q->m); return 0; }", ["lock-leak"]],
    ["pthreads, twice", PTHREADS, "void f(struct q *q) { pthread_mutex_lock(&q->m); pthread_mutex_lock(&q->m); pthread_mutex_unlock(&q->m); }", ["double-lock"]],
    ["pthreads, spin",  PTHREADS, "void f(struct q *q) { pthread_spin_lock(&q->s); pthread_spin_unlock(&q->s); pthread_spin_unlock(&q->s); }", ["unlock-not-held"]],
    ["pthreads, wait",  PTHREADS, "void f(struct q *q) { pthread_mutex_lock(&q->m); while (!q->n) pthread_cond_wait(0, &q->m); pthread_mutex_unlock(&q->m); }", []],
    ["assert",          PTHREADS, "int f(struct q *q) { pthread_mutex_lock(&q->m); if (q->n) { abort(); } pthread_mutex_unlock(&q->m); return 0; }", []],
    ["c11, kept",       C11,      "int f(struct q *q) { int n; mtx_lock(&q->m); n = q->n; mtx_unlock(&q->m); return n; }", []],
    ["c11, leak",       C11,      "int f(struct q *q) { mtx_lock(&q->m); if (q->n) return -1; mtx_unlock(&q->m); return 0; }", ["lock-leak"]],
    ["c11, twice",      C11,      "void f(struct q *q) { mtx_lock(&q->m); mtx_lock(&q->m); mtx_unlock(&q->m); }", ["double-lock"]],
    ["linux, mutex",    LINUX,    "int f(struct q *q) { mutex_lock(&q->m); if (q->n) return -1; mutex_unlock(&q->m); return 0; }", ["lock-leak"]],
    ["linux, bh",       LINUX,    "void f(spinlock_t *l) { spin_lock_bh(l); spin_unlock_bh(l); }", []],
    ["linux, readers",  LINUX,    "int f(struct q *q) { int n; down_read(&q->sem); n = q->n; up_read(&q->sem); return n; }", []],
    ["linux, try",      LINUX,    "void f(struct q *q) { if (!mutex_trylock(&q->m)) return; q->n++; mutex_unlock(&q->m); }", []],
    ["xen",             "",       "int f(spinlock_t *l, int n) { spin_lock(l); if (n) return -1; spin_unlock(l); return 0; }", ["lock-leak"]],
  ])("%s", (_what, types, code, checks) => {
    expect(checksIn(types + code)).toEqual(checks);
  });
});

test("a name of two platforms means what Xen says", async () => {
  const xen = loadCompiledPacks(
    await compilePacks(files.filter(({ path }) => path.startsWith("rules/xen/"))),
  ).platform;
  for (const [name, model] of xen.functions) expect(packs.platform.functions.get(name)).toEqual(model);
  for (const [name, model] of xen.asserts) expect(packs.platform.asserts.get(name)).toEqual(model);
});
