import { describe, expect, test } from "vitest";
import { parseCommandLine } from "./options.ts";

function complaintOf(...argv: string[]): string {
  try {
    parseCommandLine(argv);
  } catch (cause) {
    const { message, hint } = cause as { message: string; hint: string | null };
    return `${message}. ${hint ?? ""}`;
  }
  return "none";
}

describe("a wrong word is answered with the right ones", () => {
  test.each([
    [["reveiw"], 'there is no command "reveiw". Did you mean "review"?'],
    [["review", "--bse", "x"], 'there is no option --bse. Did you mean "--base"?'],
    [
      ["audit", "--base", "x"],
      'lockspan audit has no option --base. Only lockspan review has it. See "lockspan audit --help".',
    ],
    // Without the value that it would have there.
    [
      ["review", "a.patch", "--repo"],
      'lockspan review has no option --repo. Only lockspan backtest has it. See "lockspan review --help".',
    ],
    [
      ["series", "--fail-on", "error"],
      'lockspan series has no option --fail-on. Only lockspan review, lockspan audit and lockspan backtest have it. See "lockspan series --help".',
    ],
    [
      ["review", "--paths", "x"],
      'lockspan review has no option --paths. Only lockspan backtest has it. See "lockspan review --help".',
    ],
    [
      ["review", "--jbs", "2"],
      'there is no option --jbs. Did you mean "--jobs", which lockspan backtest has?',
    ],
    [["review", "--wholly-unknown"], 'there is no option --wholly-unknown. See "lockspan review --help".'],
    [["--bse", "x"], 'there is no option --bse. Did you mean "--base"?'],
    [["review", "--tree"], "Option '--tree <value>' argument missing. See \"lockspan --help\"."],
    [
      ["review", "--format", "jsn"],
      '--format jsn: must be one of text, json, sarif, html, mail. Did you mean "json"?',
    ],
    [["review", "--format", "nonsense"], "--format nonsense: must be one of text, json, sarif, html, mail. "],
    [["review", "--scope", "al"], '--scope al: must be one of introduced, touched, all. Did you mean "all"?'],
    [
      ["review", "--tree", ""],
      "the value of --tree is an empty word. Check the variable or the quotes it comes from.",
    ],
    [
      ["audit", "a.c", ""],
      "a file or folder is an empty word. Check the variable or the quotes it comes from.",
    ],
  ])("%j", (argv, says) => expect(complaintOf(...argv)).toBe(says));
});

test("who asks for help gets it, whatever else stands there", () => {
  expect(parseCommandLine(["review", "--repo", "x", "--help"])).toEqual({ kind: "help", command: "review" });
});

describe("the last of an option that is given twice counts, but --rules adds up", () => {
  test.each([
    [["--profile", "list", "--profile", "approach-a"], { profile: "approach-a" }],
    [["--rules", "a", "--rules", "b"], { rules: ["a", "b"] }],
  ])("%j", (argv, options) => {
    expect(parseCommandLine(["audit", "x.c", ...argv])).toMatchObject({ kind: "run", options });
  });
});
