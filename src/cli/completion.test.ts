import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { completionScript } from "./completion.ts";
import { manualPage } from "./manual.ts";
import { completions } from "./options.ts";

/** By its place: a machine with little in PATH has it, or has none. */
const BASH = "/bin/bash";

/** What bash offers for the last of the words. */
function offered(...words: string[]): string[] {
  const script = `${completionScript("bash")}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _lockspan; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync(BASH, ["-c", script, "bash", ...words], { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.split("\n").filter((line) => line !== "");
}

describe.skipIf(!existsSync(BASH))("bash completes", () => {
  test.each([
    [["lockspan", "re"], ["review"]],
    [["lockspan", "review", "--ba"], ["--base"]],
    [["lockspan", "audit", "--ba"], []],
    [["lockspan", "review", "a.patch", "--scope", "t"], ["touched"]],
    [["lockspan", "model", "--format", "m"], ["markdown"]],
    [["lockspan", "bot", "st"], ["status"]],
    // Nothing of ours: the shell offers files.
    [["lockspan", "audit", "x"], []],
  ])("%j", (words, offers) => expect(offered(...words)).toEqual(offers));
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
