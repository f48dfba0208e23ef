/** The list of the tree's findings, as a document and against an audit. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PROJECT_ROOT } from "../../testing/project-root.ts";
import { type AuditedFinding, contradictionsOf, differenceOf, parseFindingsList } from "./findings-list.ts";

const LIST = `# What an audit says

\`lockspan audit xen\`: 4 findings.

| findings                                          | right | false | open |
| ------------------------------------------------- | ----- | ----- | ---- |
| notes on guest memory that is copied under a lock | 2     | 0     | 0    |
| all others                                        | 1     | 1     | 0    |

| place             | check        | confidence | verdict | why              |
| ----------------- | ------------ | ---------- | ------- | ---------------- |
| \`arch/arm/a.c:1\`  | lock-leak    | must       | right   | it is so         |
| \`common/b.c:2\`    | double-lock  | may        | false   | a test was read  |
`;

const note: AuditedFinding = {
  file: "xen/common/c.c",
  line: 3,
  check: "irq-unsafe",
  severity: "note",
  confidence: "must",
};
const leak = { ...note, file: "xen/arch/arm/a.c", line: 1, check: "lock-leak", severity: "error" };
const twice = { ...note, file: "xen/common/b.c", line: 2, check: "double-lock", confidence: "may" };

describe("the list", () => {
  test("is read row by row", () => {
    const { total, others, findings } = parseFindingsList(LIST);
    expect({ total, others }).toEqual({ total: 4, others: { right: 1, false: 1, open: 0 } });
    expect(findings[0]).toEqual({
      place: "arch/arm/a.c:1",
      check: "lock-leak",
      confidence: "must",
      verdict: "right",
      why: "it is so",
    });
  });

  test.each([
    ["nothing", LIST, []],
    ["another total", LIST.replace("4 findings", "5 findings"), ["it speaks of 5 findings and sums up 4"]],
    [
      "another verdict",
      LIST.replace("right   | it", "false   | it"),
      [
        "it sums up 1 that are right, and has 0 such rows",
        "it sums up 1 that are false, and has 2 such rows",
      ],
    ],
    [
      "a verdict that is none",
      LIST.replace("right   | it", "likely  | it"),
      ["it sums up 1 that are right, and has 0 such rows", 'arch/arm/a.c:1 has the verdict "likely"'],
    ],
  ])("contradicts itself by %s", (_, text, lines) => {
    expect(contradictionsOf(parseFindingsList(text))).toEqual(lines);
  });

  test("that ships does not contradict itself", () => {
    const shipped = readFileSync(join(PROJECT_ROOT, "rules/xen/tree-findings.md"), "utf8");
    expect(contradictionsOf(parseFindingsList(shipped))).toEqual([]);
  });
});

describe("an audit", () => {
  const list = parseFindingsList(LIST);
  const same = { missing: [], gone: [], notes: { listed: 2, found: 2 } };

  test.each([
    ["that finds the same", [note, note, leak, twice], same],
    ["that finds one less", [note, note, twice], { ...same, gone: ["arch/arm/a.c:1 lock-leak (must)"] }],
    [
      "that finds one on another line",
      [note, note, { ...leak, line: 9 }, twice],
      { ...same, missing: ["arch/arm/a.c:9 lock-leak (must)"], gone: ["arch/arm/a.c:1 lock-leak (must)"] },
    ],
    [
      "that finds one twice",
      [note, note, leak, twice, twice],
      { ...same, missing: ["common/b.c:2 double-lock (may)"] },
    ],
    ["with more notes", [note, note, note, leak, twice], { ...same, notes: { listed: 2, found: 3 } }],
  ])("%s", (_, found, difference) => {
    expect(differenceOf(list, found)).toEqual(difference);
  });
});
