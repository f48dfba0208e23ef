import { describe, expect, test } from "vitest";
import { fitHelp } from "./fit-help.ts";
import { helpText } from "./help.ts";
import { COMMANDS, parseCommandLine } from "./options.ts";

describe.each(COMMANDS)("lockspan %s --help", (command) => {
  const page = helpText(command);
  const examples = [...page.matchAll(/^ {2}\$ lockspan (.*)$/gm)].map(([, words = ""]) => words.split(" "));

  test("is a page of its own, which a terminal of 110 columns holds", () => {
    expect(page.startsWith(`lockspan ${command}`)).toBe(true);
    for (const line of page.split("\n")) expect(line.length).toBeLessThanOrEqual(110);
  });

  test("has examples, and they are commands", () => {
    expect(examples.length).toBeGreaterThan(0);
    for (const words of examples) expect(parseCommandLine(words)).toMatchObject({ kind: "run", command });
  });
});

test("the overview names every command", () => {
  for (const command of COMMANDS) expect(helpText(null)).toContain(`lockspan ${command}`);
});

describe("fitHelp", () => {
  const pages = [helpText(null), ...COMMANDS.map(helpText)];

  test.each([40, 60, 80, 100, 110, 200])("%i columns hold it, and no word is lost", (columns) => {
    for (const page of pages) {
      const fitted = fitHelp(page, columns);
      expect(fitted.split(/\s+/)).toEqual(page.split(/\s+/));
      for (const line of fitted.split("\n")) {
        const longestWord = Math.max(...line.split(" ").map((word) => word.length));
        expect(line.length, line).toBeLessThanOrEqual(Math.max(columns, longestWord + 20));
      }
    }
  });

  test("entries keep their column", () => {
    expect(
      fitHelp("  --tree DIR       the tree that the patch is for: a folder or a git repository", 60),
    ).toBe(
      "  --tree DIR       the tree that the patch is for: a folder\n                   or a git repository",
    );
  });

  test("what is no terminal gets it as it stands", () => {
    for (const page of pages) expect(fitHelp(page, null)).toBe(page);
  });
});
