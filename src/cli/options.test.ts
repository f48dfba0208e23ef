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
    [["audit", "--base", "x"], 'lockspan audit has no option --base. See "lockspan audit --help".'],
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

describe("the last of an option that is given twice counts, but --rules adds up", () => {
  test.each([
    [["--profile", "list", "--profile", "approach-a"], { profile: "approach-a" }],
    [["--rules", "a", "--rules", "b"], { rules: ["a", "b"] }],
  ])("%j", (argv, options) => {
    expect(parseCommandLine(["audit", "x.c", ...argv])).toMatchObject({ kind: "run", options });
  });
});
