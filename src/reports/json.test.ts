import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import type { Review } from "../review/index.ts";
import { toyModel } from "../testing/sample-model.ts";
import { earlyUnlock, lockLeak, TOY, toyReview, toyReviewTogether } from "../testing/sample-review.ts";
import { renderJson } from "./json.ts";
import { renderModelJson } from "./model-json.ts";

const schema = (name: string) => JSON.parse(readFileSync(new URL(`schema/${name}`, import.meta.url), "utf8"));
const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false });
const validateReport = ajv.compile(schema("report.schema.json"));
const validateModel = ajv.compile(schema("model.schema.json"));

const gap = { file: TOY, line: 8, endLine: 9, why: "a macro that is not known" };
const auditReview: Review = {
  ...toyReview,
  kind: "audit",
  patches: [],
  findings: toyReview.findings.map((each) => ({ ...each, patch: null, change: null })),
};

const { check, file, line, function: name, patch, fingerprint } = lockLeak;
const hidden = { check, file, line, function: name, patch, fingerprint, reason: "the caller lets it go" };

describe("renderJson", () => {
  test.each([
    ["review", { ...toyReview, gaps: [gap] }],
    [
      "review without a mail",
      {
        ...toyReview,
        patches: toyReview.patches.map((each) => ({
          ...each,
          messageId: null,
          author: null,
          base: null,
          revision: 2.1,
        })),
      },
    ],
    ["review with other patches", toyReviewTogether],
    ["review without findings", { ...toyReview, findings: [] }],
    ["review with what is hidden", { ...toyReview, hidden: [hidden] }],
    ["audit", auditReview],
    ["audit with what is hidden", { ...auditReview, hidden: [{ ...hidden, patch: null }] }],
    ["audit without findings", { ...auditReview, findings: [] }],
  ] as const)("%s keeps to the published schema", (_what, review) => {
    const document = JSON.parse(renderJson(review));
    expect(validateReport(document), JSON.stringify(validateReport.errors)).toBe(true);
  });

  test.each([
    ["an unknown key", (document: Record<string, unknown>) => ({ ...document, extra: 1 })],
    ["no patches in a review", ({ patches: _patches, ...rest }: Record<string, unknown>) => rest],
    ["another version", (document: Record<string, unknown>) => ({ ...document, version: 2 })],
  ])("the schema refuses %s", (_what, spoil) => {
    expect(validateReport(spoil(JSON.parse(renderJson(toyReview))))).toBe(false);
  });

  test("the review document has exactly these bytes", async () => {
    await expect(renderJson({ ...toyReview, gaps: [gap] })).toMatchFileSnapshot(
      "../../fixtures/reports/review.json",
    );
  });

  test("keys stand in the order of the contract", () => {
    const document = JSON.parse(renderJson(toyReview));
    expect(Object.keys(document)).toEqual(["version", "profile", "patches", "findings", "gaps"]);
    expect(Object.keys(document.patches[0])).toEqual(
      "subject messageId author index total revision base files".split(" "),
    );
    expect(Object.keys(document.findings[0])).toEqual(
      (
        "check rule severity confidence status patch file line column endLine endColumn side function object type " +
        "lock held message trace conflict fix change fingerprint"
      ).split(" "),
    );
  });

  test("other patches stand behind the reviewed ones, and mark what they have to do with a finding", () => {
    const document = JSON.parse(renderJson(toyReviewTogether));
    const findings = document.findings.map(
      (finding: Record<string, unknown>) =>
        [finding["check"], finding["patch"], finding["status"], finding["change"], finding["with"]] as const,
    );

    expect(document.patches.map(({ index, with: order }: Record<string, unknown>) => [index, order])).toEqual(
      [
        [1, undefined],
        [2, "after"],
        [3, "after"],
      ],
    );
    expect(findings).toEqual([
      ["early-unlock", 1, "live", "introduced", "woken"],
      ["lock-leak", 1, lockLeak.status, "introduced", undefined],
      ["lock-order", 3, lockLeak.status, "exposed", "appeared"],
    ]);
    expect(document.findings[0].conflict.at(-1).function).toBe("toy_forget");
    expect(document.gaps).toHaveLength(1);
  });

  test("what a comment hides stands last, with its reason", () => {
    const document = JSON.parse(renderJson({ ...toyReview, hidden: [hidden] }));
    expect(Object.keys(document)).toEqual(["version", "profile", "patches", "findings", "gaps", "hidden"]);
    expect(document.hidden).toEqual([hidden]);
  });

  test("an audit has no patches, and its findings no patch and no change", () => {
    const document = JSON.parse(renderJson(auditReview));
    expect(Object.keys(document)).toEqual(["version", "profile", "findings", "gaps"]);
    expect(Object.keys(document.findings[0])).not.toEqual(expect.arrayContaining(["patch"]));
    expect(Object.keys(document.findings[0])).not.toEqual(expect.arrayContaining(["change"]));
  });

  test("the order in which findings and gaps come in does not matter", () => {
    const gaps = [gap, { ...gap, line: 2, endLine: 3 }];
    const forward = renderJson({ ...toyReview, findings: [earlyUnlock, lockLeak], gaps });
    const backward = renderJson({
      ...toyReview,
      findings: [lockLeak, earlyUnlock],
      gaps: [...gaps].reverse(),
    });
    expect(backward).toBe(forward);
  });

  test("a finding of a review without a patch is a defect of ours", () => {
    expect(() => renderJson({ ...toyReview, findings: [{ ...lockLeak, patch: null }] })).toThrow(
      "names no patch",
    );
  });
});

describe("renderModelJson", () => {
  test("keeps to the published schema and to the contract's order of keys", () => {
    const document = JSON.parse(renderModelJson(toyModel));
    expect(validateModel(document), JSON.stringify(validateModel.errors)).toBe(true);
    expect(Object.keys(document)).toEqual(
      "version locks functions entryPoints concurrency order types".split(" "),
    );
    expect(Object.keys(document.functions[0])).toEqual(
      "name file line spans accesses requires acquires releases".split(" "),
    );
    const [, added] = document.functions;
    expect(Object.keys(added.spans[0])).toEqual("lock mode from to kind".split(" "));
    expect(Object.keys(added.accesses[0])).toEqual("object type line column kind held private".split(" "));
  });

  test("order of arrival does not matter", () => {
    expect(renderModelJson({ ...toyModel, locks: [...toyModel.locks].reverse() })).toBe(
      renderModelJson(toyModel),
    );
  });
});
