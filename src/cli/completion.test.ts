import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { completionScript } from "./completion.ts";
import { manualPage } from "./manual.ts";
import { completions, SHELLS } from "./options.ts";

/** By its usual places: a machine with little in PATH has it, or has none. */
function shellAt(name: string): string {
  return [`/bin/${name}`, `/usr/bin/${name}`].find((place) => existsSync(place)) ?? "";
}

const [BASH, ZSH, FISH] = [shellAt("bash"), shellAt("zsh"), shellAt("fish")];
const desk = mkdtempSync(join(tmpdir(), "lockspan-completion-"));
writeFileSync(join(desk, "a-file.c"), "");
for (const shell of SHELLS) writeFileSync(join(desk, `script.${shell}`), completionScript(shell));

afterAll(() => rmSync(desk, { recursive: true }));

function run(shell: string, words: readonly string[]) {
  const ran = spawnSync(shell, words, {
    cwd: desk,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: desk, TERM: "dumb", LC_ALL: "C.UTF-8" },
  });
  return { lines: ran.stdout.split("\n").filter((line) => line !== ""), stderr: ran.stderr };
}

/** What stands before the cursor, and what is offered for its last word. */
type Case = readonly [line: string, offers: readonly string[]];

// biome-ignore format: a table is read by its columns
const CASES: readonly Case[] = [
  ["re",                           ["review"]],
  ["review --ba",                  ["--base"]],
  ["audit --ba",                   []],
  ["review a.patch --scope t",     ["touched"]],
  ["model --format m",             ["markdown"]],
  ["bot st",                       ["status"]],
  ["explain early",                ["early-unlock"]],
];

const skipped = (shell: string, place: string) =>
  place === "" ? ` (not tried: there is no ${shell} here)` : "";

describe.skipIf(BASH === "")(`bash completes${skipped("bash", BASH)}`, () => {
  const offered = (words: readonly string[]) => {
    const script = `source script.bash
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _lockspan; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { lines, stderr } = run(BASH, ["-c", script, "bash", "lockspan", ...words]);
    expect(stderr).toBe("");
    return lines;
  };

  test.each<Case>([
    ...CASES,
    // Nothing of ours: the shell offers files.
    ["audit a-f", []],
    ["bot --tree st", []],
  ])("%s", (line, offers) => expect(offered(line.split(" "))).toEqual(offers));
});

describe.skipIf(FISH === "")(`fish completes${skipped("fish", FISH)}`, () => {
  test.each<Case>([...CASES, ["audit a-f", ["a-file.c"]], ["bot --tree a-f", ["a-file.c"]]])(
    "%s",
    (line, offers) => {
      const { lines, stderr } = run(FISH, ["-c", `source script.fish; complete -C "lockspan ${line}"`]);
      expect(stderr).toBe("");
      expect(lines).toEqual(offers);
    },
  );
});

describe.skipIf(ZSH === "")(`zsh completes${skipped("zsh", ZSH)}`, () => {
  test("what is typed, on a terminal", () => {
    const lines = [...CASES, ["audit a-f", ["a-file.c"]] as Case];
    const typed = lines.map(([line]) => `lockspan ${line}`);
    const script = resolve("fixtures/terminal/type-into-zsh.zsh");
    const became = lines.map(([line, [offer]]) =>
      offer === undefined ? line : `${line.replace(/\S*$/, "")}${offer} `,
    );
    expect(run(ZSH, ["-f", script, ZSH, ...typed])).toEqual({
      lines: became.map((line) => `lockspan ${line}`),
      stderr: "",
    });
  });
});

test("fish and zsh know every command and option", () => {
  for (const { command, options } of completions()) {
    for (const option of options)
      expect(completionScript("fish")).toContain(`_from ${command}" -l ${option.slice(2)}`);
    expect(completionScript("zsh")).toContain(`${command}) `);
  }
});

test("the manual has a section for each command", () => {
  const page = manualPage("1.2.3");
  expect(page.split("\n").slice(0, 3)).toEqual([
    '.TH LOCKSPAN 1 "" "lockspan 1.2.3" "User Commands"',
    ".SH NAME",
    "lockspan \\- says where a C patch to Xen lets a lock miss what it must cover",
  ]);
  for (const { command } of completions()) expect(page).toContain(`\n.SH lockspan ${command}`);
});
