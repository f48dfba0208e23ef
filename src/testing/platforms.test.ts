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
    ["pthreads, asked", PTHREADS, "int f(struct q *q) { int rc = pthread_mutex_lock(&q->m); if (rc != 0) return -rc; q->n++; pthread_mutex_unlock(&q->m); return 0; }", []],
    ["pthreads, goto",  PTHREADS, "int f(struct q *q) { int rc = -1; if (pthread_mutex_lock(&q->m)) goto out; rc = q->n; pthread_mutex_unlock(&q->m); out: return rc; }", []],
    ["pthreads, kept on", PTHREADS, "int f(struct q *q) { int rc; rc = pthread_mutex_lock(&q->m); q->n++; rc = pthread_mutex_unlock(&q->m); return rc; }", []],
    ["pthreads, asked and leaked", PTHREADS, "int f(struct q *q) { if (pthread_mutex_lock(&q->m)) return -1; if (q->n) return -2; pthread_mutex_unlock(&q->m); return 0; }", ["lock-leak"]],
    ["pthreads, try",   PTHREADS, "int f(struct q *q) { if (pthread_mutex_trylock(&q->m) != 0) return 1; q->n++; pthread_mutex_unlock(&q->m); return 0; }", []],
    ["pthreads, try leaks", PTHREADS, "void f(struct q *q) { if (pthread_mutex_trylock(&q->m) == 0) { q->n++; return; } q->n = 0; }", ["lock-leak"]],
    ["pthreads, try read the wrong way", PTHREADS, "void f(struct q *q) { if (pthread_mutex_trylock(&q->m)) { q->n++; pthread_mutex_unlock(&q->m); } }", ["unlock-not-held", "lock-leak"]],
    ["pthreads, try fails with", PTHREADS, "int f(struct q *q) { if (pthread_mutex_trylock(&q->m) == EBUSY) return -1; q->n++; pthread_mutex_unlock(&q->m); return 0; }", []],
    ["pthreads, timed fails with", PTHREADS, "int f(struct q *q, void *end) { int rc = pthread_mutex_timedlock(&q->m, end); if (rc == ETIMEDOUT) return -1; q->n++; pthread_mutex_unlock(&q->m); return 0; }", []],
    ["pthreads, try fails and goes on", PTHREADS, "void f(struct q *q) { if (pthread_mutex_trylock(&q->m) == EBUSY) q->n++; pthread_mutex_unlock(&q->m); }", ["unlock-not-held"]],
    ["pthreads, wrapper", PTHREADS, "static int take(struct q *q) { return pthread_mutex_lock(&q->m); } int f(struct q *q) { if (take(q)) return -1; q->n++; pthread_mutex_unlock(&q->m); return 0; }", []],
    ["c11, timed",      C11,      "int f(struct q *q, const struct timespec *t) { if (mtx_timedlock(&q->m, t) != thrd_success) return 0; while (!q->n) if (cnd_timedwait(0, &q->m, t) == thrd_timedout) return 0; mtx_unlock(&q->m); return 1; }", ["lock-leak"]],
    ["c11, try",        C11,      "int f(struct q *q) { switch (mtx_trylock(&q->m)) { case thrd_success: break; case thrd_busy: return 1; default: return -1; } q->n++; mtx_unlock(&q->m); return 0; }", []],
    ["c11, error",      C11,      "int f(struct q *q) { if (mtx_lock(&q->m) == thrd_error) return -1; q->n++; mtx_unlock(&q->m); return 0; }", []],
    ["c11, kept",       C11,      "int f(struct q *q) { int n; mtx_lock(&q->m); n = q->n; mtx_unlock(&q->m); return n; }", []],
    ["c11, leak",       C11,      "int f(struct q *q) { mtx_lock(&q->m); if (q->n) return -1; mtx_unlock(&q->m); return 0; }", ["lock-leak"]],
    ["c11, twice",      C11,      "void f(struct q *q) { mtx_lock(&q->m); mtx_lock(&q->m); mtx_unlock(&q->m); }", ["double-lock"]],
    ["linux, mutex",    LINUX,    "int f(struct q *q) { mutex_lock(&q->m); if (q->n) return -1; mutex_unlock(&q->m); return 0; }", ["lock-leak"]],
    ["linux, interruptible", LINUX, "int f(struct q *q) { if (mutex_lock_interruptible(&q->m)) return -1; q->n++; mutex_unlock(&q->m); return 0; }", []],
    ["linux, killable and leaked", LINUX, "int f(struct q *q) { int rc = down_write_killable(&q->sem); if (rc) return rc; if (q->n) return -1; up_write(&q->sem); return 0; }", ["lock-leak"]],
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
