/** What the commands print where only ASCII can be shown, and where no colour is wanted. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltProgram, buildProgram } from "../testing/built-program.ts";

/** As UTF-8 in a file's name, a mail's header, C's comments and code, and a rule pack. */
const NAME = "träger";
const LEAKING = `/* Für Zoë */
static DEFINE_SPINLOCK(lock);
int f(int x) { spin_lock(&lock); if (x) return -1; /* größer als ∞ */ spin_unlock(&lock); return 0; }
`;
let program: BuiltProgram;
let work = "";

beforeAll(() => {
  program = buildProgram();
  work = join(program.home, "work");
  mkdirSync(work);
  writeFileSync(join(work, `${NAME}.c`), LEAKING);
  const patch = readFileSync("fixtures/demo/protect-masters.patch", "utf8");
  writeFileSync(
    join(work, `${NAME}.eml`),
    patch.replace(/^From: .*$/m, "From: Zoë Müller <zoe@example.org>"),
  );
  writeFileSync(join(work, `${NAME}.txt`), "no mail");
  const git = (...words: string[]) =>
    execFileSync("git", ["-c", "user.name=Zoë", "-c", "user.email=z@example.org", ...words], { cwd: work });
  git("init", "-q");
  git("add", ".");
  git("commit", "-qm", "träger: neu");
});

afterAll(() => program.remove());

function run(words: string, env: NodeJS.ProcessEnv) {
  const { stdout, stderr } = spawnSync(process.execPath, [program.script, ...words.split(" ")], {
    cwd: work,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: work, LOCKSPAN_CACHE: "off", ...env },
  });
  return stdout + stderr;
}

const COMMANDS = [
  `audit ${NAME}.c`,
  `audit ${NAME}.c --quiet`,
  `audit ${NAME}-fehlt.c`,
  `model ${NAME}.c`,
  `review ${NAME}.eml --tree ${resolve("fixtures/demo/tree")}`,
  `review ${NAME}.txt`,
  `series ${NAME}.eml ${NAME}.txt`,
  "backtest --repo .",
  "rules check",
  "explain lock-leak arm-smmu/master-guarded",
  "explain löck-leak",
  "--help",
  "man",
];

describe.each(COMMANDS)("lockspan %s", (words) => {
  test("prints ASCII in a locale that has nothing else, whatever the sources have", () => {
    const text = run(words, { LC_ALL: "C" });
    expect(text).not.toBe("");
    expect(text).toMatch(/^[\n -~]*$/);
  });

  test("prints no colour where none is wanted", () => {
    const text = run(words, { LC_ALL: "C.UTF-8", NO_COLOR: "1", FORCE_COLOR: "1" });
    expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
  });
});

test("elsewhere names are as they are written, and documents for programs are UTF-8", () => {
  expect(run(`audit ${NAME}.c`, { LC_ALL: "C.UTF-8" })).toContain(`${NAME}.c:3:`);
  expect(run(`audit ${NAME}.c`, { LC_ALL: "C" })).toContain("tr?ger.c:3:");
  expect(run(`audit ${NAME}.c --format json`, { LC_ALL: "C" })).toContain(`"${NAME}.c"`);
});
