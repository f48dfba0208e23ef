/**
 * `lockspan backtest` as people run it, on a small history: what each commit would have been told,
 * when findings came and went, and that a run which was killed goes on where it was.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type MadeCommit, makeHistory } from "./make-history.ts";

const MINUTES = 5 * 60_000;
let home = "";

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "lockspan-backtest-"));
  copyFileSync("package.json", join(home, "package.json"));
  symlinkSync(resolve("node_modules"), join(home, "node_modules"));
  const built = spawnSync(process.execPath, ["src/build.mjs", join(home, "dist")], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(built.stderr);
  makeHistory(join(home, "small"), SMALL);
  makeHistory(join(home, "long"), LONG);
}, MINUTES);

afterAll(() => rmSync(home, { recursive: true }));

const BODY = {
  good: "\tspin_lock(&table_lock);\n\tslots[at] = value;\n\tspin_unlock(&table_lock);\n\treturn 0;\n",
  leaking:
    "\tspin_lock(&table_lock);\n\tif (at > 7)\n\t\treturn -1;\n\tslots[at] = value;\n\tspin_unlock(&table_lock);\n\treturn 0;\n",
  twice: "\tspin_lock(&table_lock);\n\tspin_lock(&table_lock);\n\tspin_unlock(&table_lock);\n\treturn 0;\n",
};

function table(body: keyof typeof BODY, comment = ""): string {
  return `/* ${comment} */\nstatic DEFINE_SPINLOCK(table_lock);\nstatic int slots[8];\n\nint set_slot(int at, int value)\n{\n${BODY[body]}}\n`;
}

/** A comment in Latin-1, as old sources have them. */
const LATIN_1 = Buffer.from(table("good", "f\u00fcr"), "latin1");

const SMALL: readonly MadeCommit[] = [
  {
    mark: 1,
    subject: "table: a new table",
    author: Buffer.from("J\u00fcrgen", "latin1"),
    files: { "drivers/table.c": LATIN_1, "other.c": table("good") },
    links: { "link.c": "other.c" },
    modules: { "module.c": "1234567890123456789012345678901234567890" },
  },
  { mark: 2, subject: "table: refuse what is out of range", files: { "drivers/table.c": table("leaking") } },
  { mark: 3, subject: "docs: say what a table is", files: { README: "words\n" } },
  { mark: 4, subject: "table: move it", moves: { "drivers/table.c": "lib/slots.c" }, files: {} },
  { mark: 5, from: 3, subject: "other: lock twice", files: { "other.c": table("twice") } },
  { mark: 6, from: 4, merge: 5, subject: "Merge the side branch", files: { "other.c": table("twice") } },
  { mark: 7, subject: "slots: unlock on all ways", files: { "lib/slots.c": table("good") } },
  { mark: 8, subject: "drop what nobody needs", files: { "link.c": null, "module.c": null } },
];

/** Each odd one brings a finding, each even one mends it. */
const LONG: readonly MadeCommit[] = Array.from({ length: 120 }, (_, at) => ({
  mark: at + 1,
  subject: `change ${at + 1}`,
  files: {
    "drivers/table.c": table(at % 2 === 0 ? "good" : "leaking", `version ${at}`),
    [`drivers/part${at % 7}.c`]: table("good", `version ${at}`),
  },
}));

function argumentsFor(repository: string, more: readonly string[]): string[] {
  return [join(home, "dist/lockspan.js"), "backtest", "--repo", join(home, repository), ...more];
}

/** With a cache of that name. */
const withCache = (name: string) => ({ ...process.env, LOCKSPAN_CACHE: join(home, `cache-${name}`) });

function run(cache: string, repository: string, ...more: readonly string[]) {
  return spawnSync(process.execPath, argumentsFor(repository, more), {
    encoding: "utf8",
    env: withCache(cache),
  });
}

/** Whole files of a cache. */
function keptIn(cache: string): string[] {
  const folder = join(home, `cache-${cache}`);
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  return names.filter((name) => /^..\/[0-9a-f]+$/.test(name)).map((name) => join(folder, name));
}

interface HistoryDocument {
  readonly counts: { readonly commits: number; readonly reviewed: number };
  readonly commits: readonly {
    readonly commit: string;
    readonly author: string;
    readonly subject: string;
    readonly findings: readonly { readonly check: string; readonly change: string; readonly line: number }[];
  }[];
  readonly findings: readonly {
    readonly check: string;
    readonly file: string;
    readonly from: string | null;
    readonly to: string | null;
  }[];
}

/** Commits by their subjects, which people can read. */
function readable({ counts, commits, findings }: HistoryDocument) {
  const subjectOf = (id: string | null) => commits.find(({ commit }) => commit === id)?.subject ?? id;
  return {
    counts,
    commits: commits.map((one) => [
      one.subject,
      ...one.findings.map(({ check, change }) => `${change} ${check}`),
    ]),
    findings: findings.map(({ check, file, from, to }) => [check, file, subjectOf(from), subjectOf(to)]),
  };
}

describe("a small history", () => {
  test(
    "a finding comes with one commit and goes with another, through a rename; merges are left out",
    () => {
      const { stdout, status, stderr } = run("small", "small", "--format", "json");
      expect(stderr).toBe("");
      expect(status).toBe(1);
      expect(readable(JSON.parse(stdout) as HistoryDocument)).toEqual({
        // Without the merge; the commit that only has words and the one without a file of C are not reviewed.
        counts: { commits: 7, reviewed: 5 },
        commits: [
          ["table: refuse what is out of range", "introduced lock-leak"],
          ["other: lock twice", "introduced double-lock"],
          ["slots: unlock on all ways", "fixed lock-leak"],
        ],
        findings: [
          ["lock-leak", "drivers/table.c", "table: refuse what is out of range", "slots: unlock on all ways"],
          ["double-lock", "other.c", "other: lock twice", null],
        ],
      });
    },
    MINUTES,
  );

  test(
    "as a table, with what was mended",
    () => {
      const { stdout } = run("small", "small");
      expect(stdout.replace(/[0-9a-f]{12} /g, "COMMIT ")).toMatchSnapshot();
    },
    MINUTES,
  );

  test(
    "only commits of some paths, and only those after a commit",
    () => {
      const ofOther = run("small", "small", "--paths", "other.c", "--format", "json", "--fail-on", "never");
      expect(ofOther.status).toBe(0);
      expect(readable(JSON.parse(ofOther.stdout) as HistoryDocument).counts).toEqual({
        commits: 2,
        reviewed: 2,
      });
      const later = run("small", "small", "--since", "main~2", "--format", "json");
      expect(readable(JSON.parse(later.stdout) as HistoryDocument)).toMatchObject({
        findings: expect.arrayContaining([["lock-leak", "lib/slots.c", null, "slots: unlock on all ways"]]),
      });
    },
    MINUTES,
  );

  test(
    "as a page",
    () => {
      const { stdout } = run("small", "small", "--format", "html");
      expect(stdout).toMatch(/^<!DOCTYPE html>/);
      expect(stdout.match(/<rect /g)).toHaveLength(6);
      expect(stdout).toContain("other: lock twice");
      // As on the other pages: what there is of each part, the filter, and the theme by choice.
      expect(stdout).toMatch(
        /<div class="bar"><nav[^>]*><ul><li><a href="#time">Timeline <small>\d+<\/small><\/a><\/li><li><a href="#commits">Commits /,
      );
      expect(stdout).toMatch(/<input id="filter"[^>]*>.*<button id="theme"/);
    },
    MINUTES,
  );

  test.each<[number, RegExp, readonly string[]]>([
    [2, /--since nowhere: there is no such commit/, ["--since", "nowhere"]],
    [2, /--jobs 0: must be a number from 1 to 999/, ["--jobs", "0"]],
    [2, /"drivers" stands behind no option\. Files and folders go behind --paths/, ["drivers"]],
    [2, /there is no option --state/, ["--state", "x"]],
    [2, /nothing: the rule packs cannot be read/, ["--rules", "nothing"]],
  ])("%i: %s", (status, complaint, more) => {
    const done = run("small", "small", ...more);
    expect({ status: done.status, stdout: done.stdout }).toEqual({ status, stdout: "" });
    expect(done.stderr).toMatch(complaint);
    expect(done.stderr.trim().split("\n")).toHaveLength(1);
  });

  test("4: a folder that is no repository", () => {
    const done = spawnSync(process.execPath, [
      join(home, "dist/lockspan.js"),
      "backtest",
      "--repo",
      tmpdir(),
    ]);
    expect(done.status).toBe(4);
  });
});

describe("a run that ends before it is done goes on where it was", () => {
  let whole = "";
  beforeAll(() => {
    whole = run("whole", "long", "--format", "json").stdout;
    expect((JSON.parse(whole) as HistoryDocument).findings).toHaveLength(60);
  }, MINUTES);

  /** Starts a run and waits until it has kept a part of its work. */
  async function halfDone(cache: string): Promise<ChildProcess> {
    const child = spawn(process.execPath, argumentsFor("long", ["--jobs", "1"]), {
      stdio: ["ignore", "pipe", "pipe"],
      env: withCache(cache),
    });
    while (child.exitCode === null && keptIn(cache).length === 0) await wait(2);
    return child;
  }

  const ended = (child: ChildProcess) =>
    child.exitCode === null
      ? new Promise<number | null>((done) => child.once("close", done))
      : child.exitCode;

  test(
    "kill -9",
    async () => {
      const child = await halfDone("killed");
      child.kill("SIGKILL");
      expect(await ended(child)).toBe(null);
      expect(keptIn("killed").length).toBeLessThan(LONG.length);
      expect(run("killed", "long", "--format", "json").stdout).toBe(whole);
    },
    MINUTES,
  );

  test(
    "SIGTERM: one line says so, and nothing is printed",
    async () => {
      const child = await halfDone("ended");
      let [said, complaint] = ["", ""];
      child.stdout?.on("data", (text) => {
        said += text;
      });
      child.stderr?.on("data", (text) => {
        complaint += text;
      });
      child.kill("SIGTERM");
      expect(await ended(child)).toBe(4);
      expect(said).toBe("");
      expect(complaint).toMatch(/told to end before it was done\. The same command goes on where it was/);
      expect(run("ended", "long", "--format", "json").stdout).toBe(whole);
    },
    MINUTES,
  );

  test(
    "what is kept is used, and reviewed again where it is damaged or gone",
    () => {
      run("damaged", "long");
      const files = keptIn("damaged");
      expect(files).toHaveLength(LONG.length);
      const made = files.map((file) => statSync(file).mtimeMs);
      run("damaged", "long");
      expect(files.map((file) => statSync(file).mtimeMs)).toEqual(made);
      for (const [at, file] of files.entries()) {
        if (at % 3 === 0) rmSync(file);
        else if (at % 3 === 1) writeFileSync(file, readFileSync(file).subarray(0, -2));
      }
      expect(run("damaged", "long", "--format", "json").stdout).toBe(whole);
    },
    MINUTES,
  );

  test(
    "what another profile was told is not taken over",
    () => {
      run("whole", "long", "--profile", "list");
      expect(keptIn("whole")).toHaveLength(2 * LONG.length);
    },
    MINUTES,
  );
});
