/** The program as people run it: what it prints where, and what it exits with. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltProgram, buildProgram } from "../testing/built-program.ts";

const PATCH = resolve("fixtures/demo/protect-masters.patch");
const TREE = resolve("fixtures/demo/tree");
let program: BuiltProgram;
let home = "";

beforeAll(() => {
  program = buildProgram();
  ({ home } = program);
  mkdirSync(join(home, "repository/.git"), { recursive: true });
  mkdirSync(join(home, "packs/folder.yaml"), { recursive: true });
  mkdirSync(join(home, "huge"));
  // Larger than Node reads in one go, and takes no room: a file that is there and cannot be read.
  for (const name of ["huge/a.c", "packs/b.yaml"]) {
    writeFileSync(join(home, name), "");
    truncateSync(join(home, name), 3 * 2 ** 30);
  }
});

afterAll(() => program.remove());

function run(argv: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  const words = argv.map((word) => word.replaceAll("HOME", home));
  return spawnSync(process.execPath, [program.script, ...words], { encoding: "utf8", env });
}

/** Runs the program in a shell, as `$LOCKSPAN`. */
function inShell(script: string) {
  const LOCKSPAN = `"${process.execPath}" "${program.script}"`;
  return spawnSync("sh", ["-c", script.replaceAll("$LOCKSPAN", LOCKSPAN)], { encoding: "utf8" });
}

describe("a failure is one line on standard error, with its status, and standard output stays empty", () => {
  test.each<[number, RegExp, readonly string[]]>([
    [2, /lsp takes no files\. The editor says what is open/, ["lsp", "a.c"]],
    [2, /nothing: the rule packs cannot be read/, ["lsp", "--rules", "HOME/nothing"]],
    [2, /no mail to read\. Name a mail/, ["series"]],
    [2, /--tree is an empty word/, ["review", PATCH, "--tree="]],
    [2, /^lockspan: a file or folder is an empty word/, ["audit", ""]],
    [
      2,
      /nothing: the rule packs cannot be read \(ENOENT\)/,
      ["review", PATCH, "--tree", TREE, "--rules", "HOME/nothing"],
    ],
    [2, /b\.yaml: the rule packs cannot be read/, ["review", PATCH, "--tree", TREE, "--rules", "HOME/packs"]],
    [
      2,
      /--output .*nothing\/x: cannot be written \(ENOENT\)/,
      ["review", PATCH, "--tree", TREE, "--output", "HOME/nothing/x"],
    ],
    [
      2,
      /--output .*: cannot be written \(EISDIR\)\. It is a folder/,
      ["review", PATCH, "--tree", TREE, "--output", "HOME"],
    ],
    [3, /nothing: there is no such folder/, ["audit", TREE, "--tree", "HOME/nothing"]],
    [3, /huge\/a\.c: cannot be read/, ["audit", "HOME/huge"]],
    [3, /huge\/a\.c: cannot be read/, ["model", "HOME/huge/a.c"]],
  ])("%i %s", (status, says, argv) => {
    const ran = run(argv);
    expect(ran.stderr).toMatch(says);
    expect(ran.stderr.trimEnd().split("\n")).toHaveLength(1);
    expect([ran.status, ran.stdout]).toEqual([status, ""]);
  });

  test("a repository where there is no git", () => {
    const ran = run(["review", PATCH, "--tree", "HOME/repository"], { PATH: home });
    expect([ran.status, ran.stdout]).toEqual([4, ""]);
    expect(ran.stderr).toMatch(/Install git/);
  });

  test.skipIf(!existsSync("/dev/full"))("a disk that is full", () => {
    const ran = inShell(`$LOCKSPAN review ${PATCH} --tree ${TREE} >/dev/full`);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toMatch(/^lockspan: standard output: cannot be written \(ENOSPC\)\. The disk is full/);
  });
});

test("a reader that stops early changes nothing about the exit status", () => {
  const ran = inShell(`{ $LOCKSPAN model ${TREE} --format json; echo $? >&2; } | true`);
  expect(ran.stderr).toBe("0\n");
  const found = inShell(`{ $LOCKSPAN review ${PATCH} --tree ${TREE}; echo $? >&2; } | true`);
  expect(found.stderr).toBe("1\n");
});

test("a limit on open files that is lower than the number of files is no failure", () => {
  mkdirSync(join(home, "many"));
  for (let at = 0; at < 400; at += 1) writeFileSync(join(home, `many/${at}.c`), "int x;\n");
  const ran = inShell(`ulimit -n 200; $LOCKSPAN audit ${join(home, "many")}`);
  expect([ran.status, ran.stderr]).toEqual([0, ""]);
});

test("a page comes from a script of its own, which nothing else reads", () => {
  const audit = (format: string) => ["audit", join(TREE, "xen"), "--tree", TREE, "--format", format];
  const { stdout, status } = run(audit("html"));
  const page = join(home, "dist/page.cjs");
  const kept = readFileSync(page);
  rmSync(page);
  const [text, without] = [run(audit("text")), run(audit("html"))];
  writeFileSync(page, kept);

  expect(stdout).toMatch(/^<!DOCTYPE html>[\s\S]*<\/html>\n$/);
  expect(status).toBe(text.status);
  expect(text.stderr).toBe("");
  expect(without.status).toBe(70);
});

describe("an audit of many files is kept for the next one", () => {
  const names = Array.from({ length: 12 }, (_, at) => `${at}.c`);
  const leaking = "void f(spinlock_t *l, int x) { spin_lock(l); if (x) return; spin_unlock(l); }\n";
  const env = () => ({ ...process.env, LOCKSPAN_CACHE: join(home, "kept") });
  const audit = (...more: string[]) => run(["audit", "HOME/audited", "--format", "json", ...more], env());
  const told = () => run(["audit", "HOME/audited", "--format", "json"]);
  const keptFiles = () =>
    readdirSync(join(home, "kept"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  beforeAll(() => {
    mkdirSync(join(home, "audited"));
    for (const name of names) writeFileSync(join(home, "audited", name), leaking);
  });

  test("the second one says the same, byte for byte", () => {
    const [first, second] = [audit(), audit()];
    expect(keptFiles().length).toBeGreaterThan(0);
    expect(second.stdout).toBe(first.stdout);
    expect(first.stdout).toBe(told().stdout);
    expect([first.status, second.status]).toEqual([1, 1]);
  });

  test("a file that has changed is read anew, and so is one under another profile", () => {
    const before = audit().stdout;
    writeFileSync(join(home, "audited/3.c"), leaking.replace("return;", "x = 0;"));
    const after = audit().stdout;
    expect(after).not.toBe(before);
    expect(after).toBe(told().stdout);
    expect(JSON.parse(after).findings).toHaveLength(JSON.parse(before).findings.length - 1);
    expect(JSON.parse(audit("--profile", "list").stdout).profile).toBe("list");
    writeFileSync(join(home, "audited/3.c"), leaking);
    expect(audit().stdout).toBe(before);
  });

  test("what was damaged or deleted is found out again", () => {
    const before = audit().stdout;
    for (const file of keptFiles()) writeFileSync(file, readFileSync(file).subarray(0, -1));
    expect(audit().stdout).toBe(before);
    rmSync(join(home, "kept"), { recursive: true });
    expect(audit().stdout).toBe(before);
  });

  test("a place that hangs on where the program is started is refused", () => {
    const ran = run(["audit", "HOME/audited"], { ...process.env, LOCKSPAN_CACHE: "here" });
    expect([ran.status, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toMatch(/^lockspan: LOCKSPAN_CACHE is "here", which is no whole path\. /);
  });
});

test("the programs of a large tree are shared out to threads, and say what each says alone", () => {
  const filler = Array.from(
    { length: 4500 },
    (_, at) => `static int idle${at}(int x) { return x + ${at}; }\n`,
  );
  for (const folder of ["arm", "x86"]) {
    mkdirSync(join(home, "large/arch", folder), { recursive: true });
    for (let at = 0; at < 6; at++) {
      const leak = `void leak_${folder}${at}(spinlock_t *l, int x) { spin_lock(l); if (x) return; spin_unlock(l); }\n`;
      writeFileSync(join(home, "large/arch", folder, `${at}.c`), [...filler, leak].join(""));
    }
  }
  const told = (path: string) => {
    const { stdout } = run(["audit", path, "--tree", "HOME/large", "--format", "json"]);
    return (JSON.parse(stdout) as { findings: unknown[] }).findings;
  };
  const all = told("HOME/large");
  expect(all).toHaveLength(12);
  expect(all).toEqual([...told("HOME/large/arch/arm"), ...told("HOME/large/arch/x86")]);
});

test("the version alone is told without reading the program", () => {
  const program = join(home, "dist/program.cjs");
  const kept = readFileSync(program);
  rmSync(program);
  const told = run(["--version"]);
  writeFileSync(program, kept);

  expect([told.status, told.stdout, told.stderr]).toEqual([0, run(["--version"]).stdout, ""]);
  expect(told.stdout).toMatch(/^lockspan \d+\.\d+\.\d+\n$/);
  // With other words the program itself answers, and says what does not fit.
  expect(run(["--version", "--quiet"]).stdout).toBe(told.stdout);
  const full = inShell("$LOCKSPAN --version >/dev/full");
  if (existsSync("/dev/full")) expect(full.stderr).toMatch(/standard output: cannot be written \(ENOSPC\)/);
});

test("--quiet leaves the findings", () => {
  const quiet = run(["review", PATCH, "--tree", TREE, "--quiet"]);
  expect(quiet.status).toBe(1);
  expect(quiet.stdout).toMatch(/^error\[early-unlock\]/);
  expect(run(["review", PATCH, "--tree", TREE, "--quiet", "--profile", "list"]).stdout).toBe("");
});
