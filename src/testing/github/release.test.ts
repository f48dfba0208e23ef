/** The release: the action's folder is on the tag, and on no branch. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { PROJECT_ROOT } from "../project-root.ts";

const SCRIPT = path.join(PROJECT_ROOT, "src/release.mjs");
const ENV = {
  PATH: process.env["PATH"] ?? "",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.org",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.org",
};

let home = "";

afterEach(() => rmSync(home, { recursive: true, force: true }));

const run = (folder: string, ...args: readonly string[]) =>
  execFileSync("git", args, {
    cwd: path.join(home, folder),
    env: ENV,
    encoding: "utf8",
    stdio: "pipe",
  }).trim();

/** A remote with a tagged commit, and a clone of it at the tag, with the folder built. */
function tagged({ annotated = false, tag = "v1.2.3" } = {}): string {
  home = mkdtempSync(path.join(tmpdir(), "lockspan-release-"));
  mkdirSync(path.join(home, "origin"));
  run("origin", "init", "--quiet", "--bare", "-b", "main");
  mkdirSync(path.join(home, "work"));
  run("work", "init", "--quiet", "-b", "main");
  const write = (name: string, text: string) => writeFileSync(path.join(home, "work", name), text);
  write("package.json", '{ "version": "1.2.3" }\n');
  write(".gitignore", "dist-action/\n");
  write(
    "CHANGELOG.md",
    "# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-12-01\n\n- One thing.\n\n## [1.2.2]\n\n- Old.\n",
  );
  run("work", "add", "-A");
  run("work", "commit", "--quiet", "-m", "a release");
  run("work", "tag", ...(annotated ? ["-a", "-m", "signed off"] : []), tag);
  run("work", "push", "--quiet", "../origin", "main", tag);
  run(".", "clone", "--quiet", "--branch", tag, "origin", "checkout");
  mkdirSync(path.join(home, "checkout/dist-action"));
  writeFileSync(path.join(home, "checkout/dist-action/main.cjs"), "// built\n");
  return run("work", "rev-parse", "HEAD");
}

function release(tag: string) {
  const notes = path.join(home, "notes.md");
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, tag, notes], {
    cwd: path.join(home, "checkout"),
    env: ENV,
    encoding: "utf8",
  });
  return { status, stderr: stderr.trim(), notes };
}

describe("a release", () => {
  test.each([false, true])(
    "puts the folder onto the tag, and leaves main alone (with a message: %s)",
    (annotated) => {
      const commit = tagged({ annotated });
      const { status, stderr, notes } = release("v1.2.3");

      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(run("origin", "rev-parse", "main")).toBe(commit);
      expect(run("origin", "rev-parse", "v1.2.3^")).toBe(commit);
      expect(run("origin", "show", "v1.2.3:dist-action/main.cjs")).toBe("// built");
      expect(run("origin", "rev-parse", "v1")).toBe(run("origin", "rev-parse", "v1.2.3"));
      expect(run("origin", "ls-tree", "-r", "--name-only", "main")).not.toContain("dist-action");
      expect(readFileSync(notes, "utf8")).toBe("- One thing.\n");
    },
  );

  test("run again from the same commit, it changes nothing", () => {
    const commit = tagged();
    release("v1.2.3");
    const moved = run("origin", "rev-parse", "v1.2.3");
    run("checkout", "checkout", "--quiet", commit);
    mkdirSync(path.join(home, "checkout/dist-action"), { recursive: true });
    writeFileSync(path.join(home, "checkout/dist-action/main.cjs"), "// built again\n");

    expect(release("v1.2.3").status).toBe(0);
    expect(run("origin", "rev-parse", "v1.2.3")).toBe(moved);
  });

  test("a tag that somebody has moved elsewhere is left alone", () => {
    tagged();
    run("work", "commit", "--quiet", "--allow-empty", "-m", "later");
    run("work", "push", "--quiet", "--force", "../origin", "HEAD:refs/tags/v1.2.3");
    const moved = run("origin", "rev-parse", "v1.2.3");

    expect(release("v1.2.3")).toMatchObject({
      status: 1,
      stderr: "release: this is not the commit that v1.2.3 names",
    });
    expect(run("origin", "rev-parse", "v1.2.3")).toBe(moved);
  });

  test.each([
    ["v1.2.4", "the tag is v1.2.4, but package.json says 1.2.3"],
    ["1.2.3; rm -rf /", "name a tag such as v1.2.3, and a file for the notes"],
  ])("refuses %s", (tag, complaint) => {
    tagged();
    expect(release(tag)).toMatchObject({ status: 1, stderr: `release: ${complaint}` });
  });

  test("refuses without the folder, or without a section in the changelog", () => {
    tagged();
    writeFileSync(path.join(home, "checkout/CHANGELOG.md"), "## [Unreleased]\n");
    expect(release("v1.2.3").stderr).toBe('release: CHANGELOG.md has no section "## [1.2.3]"');
    rmSync(path.join(home, "checkout/dist-action"), { recursive: true });
    expect(release("v1.2.3").stderr).toBe("release: dist-action is not built: npm run bundle");
  });
});
