/** Bases are found in real folders and real repositories, and nothing in them changes. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError, PatchError, ServiceError } from "../../base/index.ts";
import { readMessages, selectPatches, textOf } from "../../patch/index.ts";
import { createTreeMemory } from "./open-tree.ts";
import { resolveBase } from "./resolve-base.ts";

const PATH = "drv/lamp.c";
let root = "";
let repo = "";
/** Commits by name: `first`, `second`, `third` (HEAD). */
const commits = new Map<string, string>();
const commit = (name: string) => commits.get(name) ?? "";

function git(folder: string, ...args: string[]): string {
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_AUTHOR_NAME: "A",
    GIT_AUTHOR_EMAIL: "a@x",
    GIT_COMMITTER_NAME: "A",
    GIT_COMMITTER_EMAIL: "a@x",
  };
  return execFileSync("git", ["-C", folder, ...args], {
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const lamp = (level: string) => `int lamp(void)\n{\n    on();\n    return ${level};\n}\n`;

function commitLamp(name: string, level: string, date: string): void {
  write(repo, PATH, lamp(level));
  git(repo, "add", ".");
  execFileSync("git", ["-C", repo, "commit", "-qm", name], {
    env: {
      ...process.env,
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_AUTHOR_NAME: "A",
      GIT_AUTHOR_EMAIL: "a@x",
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: "A",
      GIT_COMMITTER_EMAIL: "a@x",
      GIT_COMMITTER_DATE: date,
    },
  });
  commits.set(name, git(repo, "rev-parse", "HEAD"));
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "lockspan-base-"));
  repo = join(root, "repo");
  mkdirSync(repo);
  git(repo, "init", "-q", "-b", "main");
  write(repo, "drv/other.c", "int other;\n");
  symlinkSync("/etc/hostname", join(repo, "drv/link.c"));
  commitLamp("first", "1", "2026-01-01T00:00:00Z");
  commitLamp("second", "2", "2026-02-01T00:00:00Z");
  commitLamp("third", "3", "2026-03-01T00:00:00Z");
});

afterAll(() => rmSync(root, { recursive: true }));

interface Sketch {
  readonly from: string;
  readonly to: string;
  readonly blob?: string;
  readonly subject?: string;
  readonly date?: string;
  readonly trailer?: string;
}

function mail({
  from,
  to,
  blob,
  subject = "[PATCH] lamp",
  date = "Mon, 9 Mar 2026 10:00:00 +0000",
  trailer = "",
}: Sketch): string {
  const index = blob === undefined ? "" : `index ${blob}..1234567 100644\n`;
  const git = blob === undefined ? "" : `diff --git a/${PATH} b/${PATH}\n`;
  const hunk = `@@ -2,4 +2,4 @@ int lamp(void)\n {\n     on();\n-    return ${from};\n+    return ${to};\n }\n`;
  return `From: A <a@x>\nSubject: ${subject}\nDate: ${date}\n\n---\n${git}${index}--- a/${PATH}\n+++ b/${PATH}\n${hunk}-- \n2\n\n${trailer}`;
}

const select = (...mails: readonly string[]) =>
  selectPatches(mails.flatMap((text) => readMessages(Buffer.from(text))));
const blobOf = (name: string) => git(repo, "rev-parse", `${commit(name)}:${PATH}`).slice(0, 8);

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "it succeeded",
    (cause: unknown) => cause,
  );
}

describe("resolveBase in a repository", () => {
  const resolve = (text: string, base: string | null = null) => resolveBase(repo, select(text), { base });

  test("takes HEAD, not the work tree", async () => {
    const work = join(repo, PATH);
    const before = readFileSync(work);
    writeFileSync(work, "broken\n");
    try {
      const found = await resolve(mail({ from: "3", to: "4" }));
      expect(found).toMatchObject({
        commit: commit("third"),
        how: `HEAD ${commit("third").slice(0, 10)}`,
        files: [{ path: PATH, text: lamp("3") }],
      });
      const [[step] = []] = found.applied;
      expect(step?.after && textOf(step.after)).toBe(lamp("4"));
    } finally {
      writeFileSync(work, before);
    }
  });

  test("takes the blob of the index line, and the commit that holds it", async () => {
    const found = await resolve(mail({ from: "2", to: "4", blob: blobOf("second") }));
    const how = `the blob ${blobOf("second")} that the index line names`;
    expect(found).toMatchObject({
      commit: commit("second"),
      how: `${how}, as in commit ${commit("second").slice(0, 10)}`,
      files: [{ path: PATH, text: lamp("2"), how }],
    });
    expect((await found.tree.read([PATH])).get(PATH)).toBe(lamp("2"));
  });

  test("takes the commit before the mail was sent, when it holds the blob", async () => {
    const found = await resolve(
      mail({ from: "1", to: "4", blob: blobOf("first"), date: "Thu, 15 Jan 2026 10:00:00 +0000" }),
    );
    expect(found.commit).toBe(commit("first"));
  });

  test("asks git once for what it asked before, until HEAD moves", async () => {
    let now = 0;
    const memory = createTreeMemory(() => now);
    const asked = mail({ from: "2", to: "4", blob: blobOf("second") });
    const alone = await resolve(asked);
    const first = await resolveBase(repo, select(asked), { base: null, memory });
    const known = memory.known.get(repo)?.repository;
    const path = process.env["PATH"];
    // Only the question where HEAD is reaches git, once a second.
    const bin = mkdtempSync(join(root, "bin-"));
    const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
    const script = `#!/bin/sh\necho "$*" >> ${bin}/asked\nexec ${real} "$@"\n`;
    writeFileSync(join(bin, "git"), script, { mode: 0o755 });
    process.env["PATH"] = `${bin}:${path}`;
    try {
      const atOnce = await resolveBase(repo, select(asked), { base: null, memory });
      expect(existsSync(join(bin, "asked"))).toBe(false);
      now = 1000;
      const again = await resolveBase(repo, select(asked), { base: null, memory });
      for (const found of [first, atOnce, again]) {
        expect(found.commit).toBe(alone.commit);
        expect(found.files).toEqual(alone.files);
      }
      const questions = readFileSync(join(bin, "asked"), "utf8").trim().split("\n");
      expect(questions).toEqual([expect.stringMatching(/rev-parse .*HEAD\^\{commit\}$/)]);
      git(repo, "commit", "-q", "--allow-empty", "-m", "moves HEAD");
      now = 2000;
      await resolveBase(repo, select(asked), { base: null, memory });
      expect(memory.known.get(repo)?.repository).not.toBe(known);
    } finally {
      process.env["PATH"] = path;
      git(repo, "reset", "-q", "--soft", commit("third"));
    }
  });

  test("takes the base-commit of the mail", async () => {
    const found = await resolve(mail({ from: "1", to: "4", trailer: `base-commit: ${commit("first")}\n` }));
    expect(found).toMatchObject({
      commit: commit("first"),
      how: `the base-commit ${commit("first").slice(0, 10)} that the mail names`,
    });
  });

  test("goes on to the next base when the patch does not apply", async () => {
    const found = await resolve(
      mail({ from: "3", to: "4", blob: blobOf("first"), trailer: `base-commit: ${commit("second")}\n` }),
    );
    expect(found).toMatchObject({
      commit: commit("third"),
      files: [{ how: `HEAD ${commit("third").slice(0, 10)}` }],
    });
  });

  test("takes what the user names, and nothing else", async () => {
    const found = await resolve(mail({ from: "2", to: "4", blob: blobOf("second") }), "HEAD~1");
    expect(found).toMatchObject({
      commit: commit("second"),
      how: `the commit ${commit("second").slice(0, 10)} named with --base`,
    });
    const error = await failureOf(
      resolve(mail({ from: "2", to: "4", blob: blobOf("second") }), commit("first")),
    );
    expect(error).toBeInstanceOf(PatchError);
    expect((error as PatchError).message).toBe(
      `hunk 1 of ${PATH}: context differs at line 4: the patch expects «    return 2;», the file has «    return 1;» (tried on the commit ${commit("first").slice(0, 10)} named with --base)`,
    );
  });

  test("says what it tried", async () => {
    const error = await failureOf(resolve(mail({ from: "9", to: "4", blob: blobOf("first") })));
    expect((error as PatchError).message).toContain(
      `(tried on the blob ${blobOf("first")} that the index line names, commit `,
    );
    expect((error as PatchError).message).toContain(`HEAD ${commit("third").slice(0, 10)})`);
  });

  test.each(["--output=/tmp/x", "-foo", "no-such-branch", "HEAD:drv", "a\nb", ""])(
    "refuses --base %j",
    async (base) => {
      expect(await failureOf(resolve(mail({ from: "3", to: "4" }), base))).toBeInstanceOf(InputError);
    },
  );

  test("applies patches that build on each other, and says which one does not fit", async () => {
    const first = mail({ from: "3", to: "4", blob: blobOf("third"), subject: "[PATCH 1/2] a" });
    const found = await resolveBase(
      repo,
      select(first, mail({ from: "4", to: "5", subject: "[PATCH 2/2] b" })),
      { base: null },
    );
    expect(found.applied.map((steps) => steps.map(({ after }) => after && textOf(after)))).toEqual([
      [lamp("4")],
      [lamp("5")],
    ]);
    const error = await failureOf(
      resolveBase(repo, select(first, mail({ from: "3", to: "5", subject: "[PATCH 2/2] b" })), {
        base: null,
      }),
    );
    expect((error as PatchError).message).toMatch(
      /^patch 2 of 2: hunk 1 of drv\/lamp\.c: context differs at line 4/,
    );
  });

  test("points at the parts of a series that were not given", async () => {
    const error = await failureOf(resolve(mail({ from: "4", to: "5", subject: "[PATCH 2/2] b" })));
    expect((error as PatchError).hint).toBe("Give the whole series: 1/2 not given.");
  });

  test("reads and lists other files of the commit, many at once, and refuses links", async () => {
    const { tree } = await resolve(mail({ from: "3", to: "4" }));
    expect(await tree.list("", [".c"])).toEqual([PATH, "drv/other.c"]);
    expect(await tree.list("nowhere", [".c"])).toEqual([]);
    expect(await tree.read(["drv/other.c", PATH, "drv/none.c"])).toEqual(
      new Map([
        ["drv/other.c", "int other;\n"],
        [PATH, lamp("3")],
        ["drv/none.c", null],
      ]),
    );
    await expect(tree.read(["drv/link.c"])).rejects.toThrow(PatchError);
    expect(() => tree.read(["../x"])).toThrow(PatchError);
  });

  test("reads a bare clone, and a clone that lacks the blob without fetching it", async () => {
    const bare = join(root, "bare.git");
    git(root, "clone", "-q", "--bare", repo, bare);
    const text = mail({ from: "2", to: "4", blob: blobOf("second") });
    expect((await resolveBase(bare, select(text), { base: null })).commit).toBe(commit("second"));
    const partial = join(root, "partial");
    git(repo, "config", "uploadpack.allowFilter", "true");
    git(root, "clone", "-q", "--filter=blob:none", `file://${repo}`, partial);
    const hash = hashOf(partial);
    const error = await failureOf(resolveBase(partial, select(text), { base: null }));
    expect(error).toBeInstanceOf(PatchError);
    expect(hashOf(partial)).toBe(hash);
  });

  test("a repository without commits is a plain folder", async () => {
    const young = join(root, "young");
    cpSync(join(repo, "drv"), join(young, "drv"), { recursive: true, verbatimSymlinks: true });
    git(young, "init", "-q");
    expect(await resolveBase(young, select(mail({ from: "3", to: "4" })), { base: null })).toMatchObject({
      commit: null,
      how: "the folder as it is",
    });
  });

  test("says so when git is not installed", async () => {
    const path = process.env["PATH"];
    process.env["PATH"] = "/nowhere";
    try {
      const error = await failureOf(resolve(mail({ from: "3", to: "4" })));
      expect(error).toBeInstanceOf(ServiceError);
      expect((error as ServiceError).hint).toBe("Install git, or name a plain folder without .git.");
    } finally {
      process.env["PATH"] = path;
    }
  });

  test("says so when .git is no repository", async () => {
    const broken = join(root, "broken");
    write(broken, ".git", "gitdir: /nowhere\n");
    expect(
      await failureOf(resolveBase(broken, select(mail({ from: "3", to: "4" })), { base: null })),
    ).toBeInstanceOf(ServiceError);
  });

  test("writes nothing", async () => {
    git(repo, "update-index", "-q", "--refresh");
    // An index that is out of date is what a careless `git status` would rewrite.
    const later = new Date(Date.now() + 5_000);
    utimesSync(join(repo, PATH), later, later);
    const before = hashOf(repo);
    await resolve(mail({ from: "2", to: "4", blob: blobOf("second") }));
    await failureOf(
      resolve(
        mail({ from: "9", to: "4", blob: blobOf("second"), trailer: `base-commit: ${commit("first")}\n` }),
      ),
    );
    expect(hashOf(repo)).toBe(before);
  });
});

/** Names, modes, times of change and contents of everything below a folder, `.git` included. */
function hashOf(folder: string): string {
  const hash = createHash("sha256");
  const walk = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(at, entry.name);
      hash.update(`${path}\0`);
      if (entry.isDirectory()) walk(path);
      else if (entry.isSymbolicLink()) hash.update(readlinkSync(path));
      else hash.update(`${statSync(path).mtimeMs}\0`).update(readFileSync(path));
    }
  };
  walk(folder);
  return hash.digest("hex");
}

describe("resolveBase in a plain folder", () => {
  const text = mail({ from: "3", to: "4", blob: "1234567" });

  test("takes the file as it stands, starts no process, and writes nothing", async () => {
    const plain = join(root, "plain");
    write(plain, PATH, lamp("3"));
    const before = hashOf(plain);
    const path = process.env["PATH"];
    process.env["PATH"] = "/nowhere";
    try {
      const found = await resolveBase(plain, select(text), { base: null });
      expect(found).toMatchObject({
        commit: null,
        how: "the folder as it is",
        files: [{ path: PATH, text: lamp("3") }],
      });
    } finally {
      process.env["PATH"] = path;
    }
    expect(hashOf(plain)).toBe(before);
  });

  test("creates a file", async () => {
    const plain = join(root, "plain-new");
    mkdirSync(plain);
    const created =
      "diff --git a/n.c b/n.c\nnew file mode 100644\n--- /dev/null\n+++ b/n.c\n@@ -0,0 +1 @@\n+int n;\n";
    const found = await resolveBase(plain, select(created), { base: null });
    expect(found.files).toMatchObject([{ path: "n.c", text: null }]);
    expect(existsSync(join(plain, "n.c"))).toBe(false);
  });

  test("takes the reading of a flowed mail that applies", async () => {
    const fixtures = new URL("../../../fixtures/", import.meta.url).pathname;
    const plain = join(root, "flowed");
    write(plain, "xen/drivers/lamp/lamp.c", readFileSync(join(fixtures, "patches/lamp.c"), "utf8"));
    const selection = selectPatches(readMessages(readFileSync(join(fixtures, "mail/flowed-stuffed.eml"))));
    const found = await resolveBase(plain, selection, { base: null });
    const [[step] = []] = found.applied;
    expect(step?.after && textOf(step.after)).toBe(
      readFileSync(join(fixtures, "patches/lamp-after.c"), "utf8"),
    );
  });

  test("refuses a link out of the tree, follows one inside", async () => {
    const plain = join(root, "links");
    write(plain, "real/lamp.c", lamp("3"));
    mkdirSync(join(plain, "drv"));
    symlinkSync("../real/lamp.c", join(plain, PATH));
    expect((await resolveBase(plain, select(text), { base: null })).files).toMatchObject([
      { text: lamp("3") },
    ]);
    rmSync(join(plain, PATH));
    symlinkSync(join(repo, PATH), join(plain, PATH));
    const error = await failureOf(resolveBase(plain, select(text), { base: null }));
    expect(error).toBeInstanceOf(PatchError);
    expect((error as PatchError).message).toBe(`"${PATH}" is a symbolic link that leads out of the tree`);
    rmSync(join(plain, "drv"), { recursive: true });
    symlinkSync(join(repo, "drv"), join(plain, "drv"));
    expect(await failureOf(resolveBase(plain, select(text), { base: null }))).toBeInstanceOf(PatchError);
  });

  // biome-ignore format: a table is read by its columns
  test.each([
    ["a folder that is not there", "none",           null,   PatchError, "there is no such folder"],
    ["a file for a tree",          "plain/drv/lamp.c", null, PatchError, "is not a folder"],
    ["--base without git",         "plain",          "HEAD", InputError, "--base HEAD needs a git repository, and there is none"],
    ["a file that is not there",   "plain/drv",      null,   PatchError, "drv/lamp.c: there is no such file in the base (tried on the folder as it is)"],
  ] as const)("refuses %s", async (_, folder, base, kind, message) => {
    const error = await failureOf(resolveBase(join(root, folder), select(text), { base }));
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toContain(message);
    expect((error as PatchError).hint).not.toBeNull();
  });
});
