/**
 * What the documents show is true: every command line in them runs, every C example is audited, every
 * output is what is printed, every link leads somewhere. `testing/documents/blocks.ts` has the words that say
 * above a block what is asked of it.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { auditFiles } from "../review/index.ts";
import { type BuiltProgram, buildProgram } from "../testing/built-program.ts";
import {
  allClauses,
  blocksOf,
  clauseOf,
  type DocumentBlock,
  isShownAs,
} from "../testing/documents/blocks.ts";
import { type Desk, openDesk, type Ran } from "../testing/documents/desk.ts";
import { readAs } from "../testing/documents/syntax.ts";
import { PROJECT_ROOT } from "../testing/project-root.ts";
import { shippedPacks } from "../testing/xen/xen-packs.ts";
import { allHelp } from "./help.ts";
import { parseCommandLine } from "./options.ts";

const read = (file: string) => readFileSync(path.join(PROJECT_ROOT, file), "utf8");
const DOCUMENTS = execFileSync("git", ["ls-files", "*.md"], { cwd: PROJECT_ROOT, encoding: "utf8" })
  .split("\n")
  .filter(
    (file) => file !== "" && !file.startsWith("fixtures/") && existsSync(path.join(PROJECT_ROOT, file)),
  );
/** Pages of checks have a test of their own, which judges both of their examples. */
const BLOCKS = new Map(
  DOCUMENTS.filter((file) => !file.startsWith("rules/checks/")).map((file) => [
    file,
    // A block of no language is a drawing.
    blocksOf(file, read(file)).filter(({ language }) => language !== ""),
  ]),
);
const packs = await shippedPacks();
let program: BuiltProgram;

/** A build, and a first start of the bot's store, on a machine that has other things to do. */
const MINUTES = 300_000;

beforeAll(() => {
  program = buildProgram();
}, MINUTES);
afterAll(() => program.remove());

describe.each([...BLOCKS].filter(([, blocks]) => blocks.length > 0))("%s", (_file, blocks) => {
  let desk: Desk;
  let ran: Ran | null = null;
  beforeAll(() => {
    desk = openDesk(program);
  });
  afterAll(() => desk.clear());

  test.each(blocks.map((block) => [`line ${block.line}: ${block.clauses.join("; ")}`, block] as const))(
    "%s",
    (_name, block) => {
      expect(block.clauses, "no comment above the block says what is asked of it").not.toEqual([]);
      for (const clause of allClauses(block, "with")) {
        const [name = "", source = ""] = clause.split(" = ");
        desk.put(name, source);
      }
      ran = judge(block, desk, ran);
    },
    MINUTES,
  );
});

/** @returns what ran last */
function judge(block: DocumentBlock, desk: Desk, before: Ran | null): Ran | null {
  const { text } = block;
  const file = clauseOf(block, "file");
  const part = clauseOf(block, "part of");
  const command = clauseOf(block, "output of");
  const finds = clauseOf(block, "finds");
  if (file !== null) desk.write(file, text);
  else if (part !== null) expect(readFileSync(path.join(desk.folder, part), "utf8")).toContain(text);
  else if (finds !== null) judgeCode(block, finds);
  else if (command !== null) {
    const ran = runIn(desk, command, block);
    expectShown(ran.stdout, text, block.clauses.includes("wrapped"));
    return ran;
  } else if (clauseOf(block, "run") !== null) return runIn(desk, text, block);
  else if (clauseOf(block, "output") !== null) expectShown(before?.stdout ?? "", text);
  else if (clauseOf(block, "errors") !== null) expectShown(before?.stderr ?? "", text);
  else if (clauseOf(block, "syntax") !== null) expect(readAs(block.language, text)).toBe(true);
  else if (clauseOf(block, "not run:") !== null) readAs(block.language, text);
  else expect.fail(`nothing is known of "${block.clauses.join("; ")}"`);
  return before;
}

function runIn(desk: Desk, script: string, block: DocumentBlock): Ran {
  const ran = desk.run(script);
  expect([ran.status, ran.stderr]).toEqual([
    Number(clauseOf(block, "exit") ?? 0),
    (ran.status ?? 0) > 1 ? expect.any(String) : "",
  ]);
  return ran;
}

function expectShown(text: string, shown: string, isWrapped = false): void {
  // Where they differ, the difference is what the reader of the failure wants.
  if (!isShownAs(text, shown, isWrapped)) expect(text).toBe(shown);
}

function judgeCode(block: DocumentBlock, finds: string): void {
  const { findings, hidden } = auditFiles([{ path: "example.c", text: block.text }], packs, "approach-b");
  const told = findings.map(({ check, line }) => `${check} ${line}`).join(", ");
  expect(told === "" ? "nothing" : told).toBe(finds);
  expect(hidden.map(({ check }) => check)).toEqual(allClauses(block, "hides"));
}

test("what cannot be run is known, and stays little", () => {
  const all = [...BLOCKS.values()].flat();
  const reasons = all.flatMap((block) => {
    const why = clauseOf(block, "not run:");
    return why === null ? [] : [`${block.document}, ${block.language}: ${why}`];
  });
  const count = (words: string) => all.filter((block) => clauseOf(block, words) !== null).length;
  const ran = count("run") + count("output of");
  process.stdout.write(
    `documents: ${ran} blocks run, ${count("output") + count("errors")} outputs compared, ` +
      `${count("finds")} C examples audited, ${count("syntax")} read only, not run:\n  ${reasons.join("\n  ")}\n`,
  );
  expect(ran).toBeGreaterThan(10);
  expect(reasons.length).toBeLessThan(12);
});

describe("what is said in passing", () => {
  /** Commands between backticks, and the examples of `--help`. */
  const commands = [
    ...DOCUMENTS.filter((file) => file !== "CHANGELOG.md" && file !== "DECISIONS.md").flatMap((file) =>
      [
        ...read(file)
          .replace(/^```[\s\S]*?^```$/gm, "")
          .matchAll(/`(?:node dist\/lockspan\.js|lockspan) ([a-z-][^`]*)`/g),
      ].map(([, words = ""]) => [file, words] as const),
    ),
    ...allHelp().pages.flatMap((page) =>
      [...page.matchAll(/^ {2}\$ lockspan (.*)$/gm)].map(([, words = ""]) => ["--help", words] as const),
    ),
  ];

  test("there are commands", () => expect(commands.length).toBeGreaterThan(20));

  test.each(commands)("%s: lockspan %s", (_file, words) => {
    const argv = words
      .replace(/ [|>].*$/, "")
      .replaceAll('"', "")
      .split(/\s+/);
    expect(() => parseCommandLine(argv.filter((word) => word !== ""))).not.toThrow();
  });

  const scripts = Object.keys(JSON.parse(read("package.json")).scripts);
  const named = DOCUMENTS.flatMap((file) =>
    [...read(file).matchAll(/npm run (?:--silent )?([\w-]+)(?: -- (\w+))?/g)].map(
      ([, script = "", bench]) => ({
        file,
        script,
        bench,
      }),
    ),
  );

  test.each(named)("$file: npm run $script -- $bench", ({ script, bench }) => {
    expect(scripts).toContain(script);
    if (bench !== undefined) expect(read("src/bench/main.ts")).toMatch(new RegExp(`^  ${bench}: `, "m"));
  });

  const links = DOCUMENTS.flatMap((file) =>
    [
      ...read(file)
        .replace(/^```[\s\S]*?^```$/gm, "")
        .matchAll(/\]\((?!https?:)([^)\s#]+)(?:#[^)]*)?\)/g),
    ].map(([, target = ""]) => [file, target] as const),
  );

  test.each(links)("%s leads to %s", (file, target) => {
    expect(existsSync(path.join(PROJECT_ROOT, path.dirname(file), target))).toBe(true);
  });
});
