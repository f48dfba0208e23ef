import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { CHECK_IDS } from "../findings/index.ts";
import type { Review } from "../review/index.ts";
import { findingWith } from "../testing/sample-finding.ts";
import { earlyUnlock, lockLeak, TOY, toyReview, toyReviewTogether } from "../testing/sample-review.ts";
import { renderSarif, type SarifOptions } from "./sarif.ts";

const schema = JSON.parse(
  readFileSync(new URL("../../fixtures/reports/sarif-2.1.0.schema.json", import.meta.url), "utf8"),
);
// The schema's formats are URIs and dates, which are looked at below where they matter.
const validate = new Ajv2020({ allErrors: true, strict: false, validateFormats: false }).compile(schema);

const pageFolder = new URL("../../rules/checks/", import.meta.url);
const pages = new Map(
  readdirSync(pageFolder).map((name) => [
    name.replace(/\.md$/, ""),
    readFileSync(new URL(name, pageFolder), "utf8"),
  ]),
);
const options: SarifOptions = { version: "1.2.3", home: "https://github.com/example/lockspan", pages };

const gap = { file: TOY, line: 8, endLine: 9, why: "a macro that is not known" };
const step = (line: number) => ({ file: TOY, line, function: "toy_attach", what: `step ${line}` });
const deleted = findingWith({
  ...earlyUnlock,
  check: "guarded-access",
  side: "old",
  line: 22,
  fingerprint: "4444444444444444-2",
});
const allChecks = CHECK_IDS.map((check, at) =>
  findingWith({ check, file: TOY, change: "introduced", patch: 1, fingerprint: `${at}`.padStart(16, "0") }),
);
const auditReview: Review = {
  ...toyReview,
  kind: "audit",
  patches: [],
  findings: toyReview.findings.map((each) => ({ ...each, patch: null, change: null })),
};
const many = (count: number): Review => ({
  ...toyReview,
  findings: Array.from({ length: count }, (_, at) =>
    findingWith({
      file: TOY,
      line: at + 1,
      patch: 1,
      change: "introduced",
      severity: at % 2 === 0 ? "note" : "error",
      fingerprint: `${at}`.padStart(16, "0"),
    }),
  ),
});

interface Result {
  readonly ruleId: string;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: { readonly artifactLocation: { uri: string }; readonly region: object };
  }[];
  readonly codeFlows?: readonly {
    readonly threadFlows: readonly { readonly locations: readonly unknown[] }[];
  }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
}

function parsed(review: Review, more: Partial<SarifOptions> = {}) {
  const { text, trimmed } = renderSarif(review, { ...options, ...more });
  const [run] = JSON.parse(text).runs;
  return { text, trimmed, run, results: run.results as Result[] };
}

const CASES: readonly (readonly [string, Review])[] = [
  ["a review", toyReview],
  ["a review with gaps", { ...toyReview, gaps: [gap] }],
  ["a review with other patches", toyReviewTogether],
  ["a review without findings", { ...toyReview, findings: [] }],
  ["a deleted cause", { ...toyReview, findings: [deleted] }],
  ["every check", { ...toyReview, findings: allChecks }],
  ["an audit", auditReview],
];

describe("renderSarif", () => {
  test.each(CASES)("%s keeps to the official schema", (_what, review) => {
    expect(validate(JSON.parse(renderSarif(review, options).text)), JSON.stringify(validate.errors)).toBe(
      true,
    );
  });

  test.each([
    ["a misspelt key", (run: Record<string, unknown>) => ({ ...run, result: [] })],
    ["no tool", ({ tool: _tool, ...rest }: Record<string, unknown>) => rest],
    ["a level that is none", (run: Record<string, unknown>) => ({ ...run, results: [{ level: "bad" }] })],
  ])("the schema refuses %s", (_what, spoil) => {
    const document = JSON.parse(renderSarif(toyReview, options).text);
    expect(validate({ ...document, runs: [spoil(document.runs[0])] })).toBe(false);
  });

  test("the path and the other side are a code flow each", () => {
    const finding = findingWith({
      patch: 1,
      change: "introduced",
      status: "live",
      trace: [step(1), step(2)],
      conflict: [step(7)],
    });
    const [result] = parsed({ ...toyReview, findings: [finding] }).results;

    expect(result?.codeFlows?.map(({ threadFlows }) => threadFlows[0]?.locations.length)).toEqual([2, 1]);
  });

  test("an alert is known by the fingerprint, also where the line's text changes", () => {
    const { results } = parsed({ ...toyReview, findings: [earlyUnlock, deleted] });

    expect(results.map(({ partialFingerprints }) => partialFingerprints)).toEqual([
      { "lockspan/v1": "4444444444444444-2", primaryLocationLineHash: "4444444444444444:2" },
      { "lockspan/v1": "1111111111111111", primaryLocationLineHash: "1111111111111111:1" },
    ]);
  });

  test("a finding stands on its columns, the last one included", () => {
    const [result] = parsed({ ...toyReview, findings: [earlyUnlock] }).results;

    expect(result?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: TOY, uriBaseId: "%SRCROOT%" },
      region: { startLine: 26, startColumn: 2, endLine: 26, endColumn: 24 },
    });
  });

  test("where the cause is a deleted line, the alert stands on the access, which is still there", () => {
    const [result] = parsed({ ...toyReview, findings: [deleted] }).results;

    expect(result?.locations[0]?.physicalLocation.region).toEqual({ startLine: 8 });
  });

  test("a name is a reference, whatever characters it has, and code is no link", () => {
    const finding = findingWith({
      file: "a b/#1%.c",
      message: "ops[i](dev) is called\nwithout it\u202e",
      patch: 1,
      change: "introduced",
    });
    const [result] = parsed({ ...toyReview, findings: [finding] }).results;

    expect(result?.locations[0]?.physicalLocation.artifactLocation.uri).toBe("a%20b/%231%25.c");
    expect(result?.message.text).toBe("Ops\\[i](dev) is called without it\ufffd.");
  });

  test("each rule has its check's page as help", () => {
    const { rules } = parsed({ ...toyReview, findings: allChecks }).run.tool.driver;

    expect(rules.map(({ id }: { id: string }) => id)).toEqual([...CHECK_IDS].sort());
    for (const rule of rules) {
      expect(rule.help.markdown).toBe(pages.get(rule.id));
      expect(rule.shortDescription.text).toMatch(/^[A-Z].{10,}\.$/);
      expect(rule.fullDescription.text.length).toBeGreaterThan(20);
    }
  });

  test("what is fixed is no result", () => {
    const fixed = { ...earlyUnlock, change: "fixed" as const, severity: "note" as const };
    expect(parsed({ ...toyReview, findings: [fixed] }).results).toEqual([]);
  });

  test("findings that another series wakes are told as they are with it", () => {
    const flows = parsed(toyReviewTogether).results.map(({ codeFlows = [] }) => codeFlows.length);
    expect(flows).toEqual([2, 1, 1]);
  });
});

describe("what is too much for GitHub", () => {
  test("results: the weightiest stay, and the document says how many went", () => {
    const { run, results, trimmed } = parsed(many(12_000));

    expect(results).toHaveLength(5_000);
    expect(new Set(results.map(({ level }) => level))).toEqual(new Set(["error"]));
    expect(trimmed).toEqual(["7000 findings of 12000 left out, those that weigh least"]);
    expect(run.invocations[0].toolExecutionNotifications[0].message.text).toBe(`${trimmed[0]}.`);
  });

  test("steps: a path keeps how it starts and how it ends, and leaves room for the other side", () => {
    const trace = Array.from({ length: 1_500 }, (_, at) => step(at + 1));
    const finding = findingWith({ patch: 1, change: "introduced", trace, conflict: trace });
    const { results, trimmed } = parsed({ ...toyReview, findings: [finding] });
    const flows = results[0]?.codeFlows?.map(({ threadFlows }) => threadFlows[0]?.locations ?? []) ?? [];

    expect(flows.map((locations) => locations.length)).toEqual([998, 2]);
    expect(JSON.stringify(flows[0]?.at(0))).toContain("step 1");
    expect(JSON.stringify(flows[1]?.at(-1))).toContain("step 1500");
    expect(trimmed).toEqual(["the paths of 1 finding cut in their middle"]);
  });

  test("bytes: what weighs least goes until the document is small enough", () => {
    const packedSize = (text: string) => text.length;
    const { text, results, trimmed } = parsed(many(100), {
      packedSize,
      limits: { bytes: 40_000 },
    });

    expect(text.length).toBeLessThanOrEqual(40_000);
    expect(results.length).toBeGreaterThan(10);
    expect(results.every(({ level }) => level === "error")).toBe(true);
    expect(trimmed[0]).toMatch(/^\d+ findings of 100 left out/);
  });

  test("gaps: those that are listed, and how many more", () => {
    const gaps = Array.from({ length: 300 }, (_, at) => ({ ...gap, line: at + 1, endLine: at + 1 }));
    const notes = parsed({ ...toyReview, gaps }).run.invocations[0].toolExecutionNotifications;

    expect(notes).toHaveLength(201);
    expect(notes.at(-1).message.text).toBe("100 more places not analysed.");
  });
});

const multitool = process.env["SARIF_MULTITOOL"];

// It always exits with 0, so what it writes is read. Its notes ask for things that readers can do without,
// such as the code of each place.
describe.skipIf(!multitool)("Microsoft's Sarif.Multitool, with GitHub's rules", () => {
  test.each(CASES)("%s", (_what, review) => {
    const folder = mkdtempSync(join(tmpdir(), "lockspan-sarif-"));
    const [document, answer] = [join(folder, "in.sarif"), join(folder, "answer.sarif")];
    try {
      writeFileSync(document, renderSarif(review, options).text);
      const args = ["validate", document, "--rule-kind", "Sarif;Ghas", "--output", answer];
      const level = ["--level", "Error;Warning", "--log", "ForceOverwrite"];
      execFileSync(multitool ?? "", [...args, ...level], { stdio: "pipe" });
      const [run] = JSON.parse(readFileSync(answer, "utf8")).runs;
      const said = (run.results as { ruleId: string; level?: string; message: object }[]).map(
        (each) => `${each.level ?? "warning"} ${each.ruleId} ${JSON.stringify(each.message)}`,
      );
      expect(run.invocations[0].executionSuccessful).toBe(true);
      expect(said).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test("lock leaks have no path on another side", () => {
  const [result] = parsed({ ...toyReview, findings: [lockLeak] }).results;
  expect(result?.codeFlows).toHaveLength(1);
});
