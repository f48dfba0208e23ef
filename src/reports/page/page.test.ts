import { createHash } from "node:crypto";
import fc from "fast-check";
import { type DefaultTreeAdapterTypes, parse } from "parse5";
import { describe, expect, test } from "vitest";
import type { Review, SourceLookup } from "../../review/index.ts";
import { shippedHighlighter } from "../../testing/highlights.ts";
import { toyModel } from "../../testing/sample-model.ts";
import {
  earlyUnlock,
  hunkOf,
  lockLeak,
  TOY,
  toyPatch,
  toyReview,
  toyReviewTogether,
  toySources,
} from "../../testing/sample-review.ts";
import type { PageMatter } from "./matter.ts";
import { modelPageOf, pageOf } from "./page.ts";

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

const gap = { file: TOY, line: 8, endLine: 9, why: "a macro that is not known" };
const { check, file, line, function: fn, patch } = lockLeak;
const hidden = {
  check,
  file,
  line,
  function: fn,
  patch,
  fingerprint: "3333333333333333",
  reason: "the caller lets it go",
};
const conflict = [{ file: TOY, line: 15, function: "toy_attach", what: "cfg used" }];

const full: Review = {
  ...toyReview,
  findings: [
    { ...earlyUnlock, status: "live", conflict },
    lockLeak,
    { ...lockLeak, function: "toy_attach", change: "fixed", side: "old", fingerprint: "4444444444444444" },
  ],
  gaps: [gap],
  hidden: [hidden],
  baseNotes: ["the pack toy names a lock that is gone"],
};

const matterOf = (review: Review, more: Partial<PageMatter> = {}): PageMatter => ({
  review,
  sources: toySources,
  models: (side) => (side === "new" ? toyModel : { ...toyModel, functions: [] }),
  highlighter: shippedHighlighter,
  version: "1.2.3",
  ...more,
});

const modelMatter = {
  model: toyModel,
  sources: toySources,
  highlighter: shippedHighlighter,
  profile: "list",
  version: "1.2.3",
};

function elementsOf(page: string): Element[] {
  const found: Element[] = [];
  const visit = (node: Node): void => {
    if ("tagName" in node) found.push(node);
    if ("childNodes" in node) node.childNodes.forEach(visit);
  };
  visit(parse(page));
  return found;
}

function textOf(node: Node): string {
  if ("value" in node) return node.value;
  return "childNodes" in node ? node.childNodes.map(textOf).join("") : "";
}

const APART = /^(?:h\d|p|small|dt|dd|li|td|th|div|section)$/;

/** What is there to read, with a blank where an element sets itself apart. */
function readable(node: Node): string {
  if ("value" in node) return node.value;
  if (!("childNodes" in node) || node.nodeName === "style" || node.nodeName === "script") return "";
  const text = node.childNodes.map(readable).join("");
  return APART.test(node.nodeName) ? ` ${text} ` : text;
}

const attribute = (element: Element, name: string) => element.attrs.find((one) => one.name === name)?.value;
const withId = (page: string, id: string) => elementsOf(page).find((one) => attribute(one, "id") === id);

/** Tags and the names of their attributes, which no text may change. */
const skeletonOf = (page: string) =>
  elementsOf(page).map(({ tagName, attrs }) => [tagName, ...attrs.map(({ name }) => name)].join(" "));

function complaintsOf(page: string): string[] {
  const complaints: string[] = [];
  parse(page, { onParseError: ({ code, startLine }) => complaints.push(`${startLine}: ${code}`) });
  return complaints;
}

const auditReview: Review = {
  ...full,
  kind: "audit",
  patches: [],
  findings: full.findings.map((each) => ({ ...each, patch: null, change: null })).slice(0, 2),
};

const pages = [
  ["a review", pageOf(matterOf(full))],
  ["a review with other patches", pageOf(matterOf(toyReviewTogether))],
  ["an audit", pageOf(matterOf(auditReview))],
  ["a review without findings", pageOf(matterOf({ ...full, findings: [], patches: [] }))],
  ["a model", modelPageOf(modelMatter)],
] as const;

describe.each(pages)("the page of %s", (_what, page) => {
  test("is well-formed", () => expect(complaintsOf(page)).toEqual([]));

  test("gives each name once, and every link in it leads to one", () => {
    const elements = elementsOf(page);
    const ids = elements.flatMap((one) => attribute(one, "id") ?? []);
    const targets = elements.flatMap((one) => attribute(one, "href") ?? []);

    expect(new Set(ids).size).toBe(ids.length);
    expect(targets.filter((target) => !ids.includes(target.replace(/^#/, "")))).toEqual([]);
  });

  test("asks for nothing outside itself", () => {
    const asking = ["src", "srcset", "action", "data", "poster", "style"];
    const found = elementsOf(page).flatMap((one) => asking.flatMap((name) => attribute(one, name) ?? []));

    expect(found).toEqual([]);
    expect(
      elementsOf(page).filter(({ tagName }) => ["link", "iframe", "img", "base"].includes(tagName)),
    ).toEqual([]);
    expect(page).not.toMatch(/url\((?!#)|@import/);
  });

  test("lets run and look like its own script and style sheet alone", () => {
    const elements = elementsOf(page);
    const policy = elements.flatMap((one) =>
      attribute(one, "http-equiv") === "Content-Security-Policy" ? (attribute(one, "content") ?? "") : [],
    );
    const hashes = ["style", "script"].map((tag) => {
      const texts = elements.filter(({ tagName }) => tagName === tag).map(textOf);
      expect(texts).toHaveLength(1);
      return `${tag}-src 'sha256-${createHash("sha256").update(texts.join("")).digest("base64")}'`;
    });

    expect(policy).toEqual([`default-src 'none'; ${hashes.join("; ")}; base-uri 'none'; form-action 'none'`]);
    expect(elements.flatMap(({ attrs }) => attrs.filter(({ name }) => name.startsWith("on")))).toEqual([]);
  });

  test("has headings that leave out no level", () => {
    const levels = elementsOf(page)
      .flatMap(({ tagName }) => /^h([1-6])$/.exec(tagName)?.[1] ?? [])
      .map(Number);

    expect(levels[0]).toBe(1);
    expect(levels.filter((level, at) => level > (levels[at - 1] ?? 0) + 1)).toEqual([]);
  });
});

describe("what a page says", () => {
  const page = pageOf(matterOf(full));
  const text = elementsOf(page).slice(0, 1).map(readable).join("").replace(/\s+/g, " ");
  const finding = (id: string) => readable(withId(page, id) ?? expect.fail(id)).replace(/\s+/g, " ");

  test.each([
    ["what was reviewed", "lockspan review [PATCH v2] toy: Protect the list of masters with a lock"],
    [
      "from whom and on what",
      "from Zoë Müller <author@example.org>, on base c0ffee012345, named by the patch's index line; changes xen/drivers/toy.c",
    ],
    [
      "the verdict",
      "2 errors (1 file, 4 functions, profile approach-b, 1 finding hidden by a comment in the code; 1 place not analysed).",
    ],
    ["the program and the profile", "lockspan 1.2.3, profile approach-b."],
    ["what was not analysed", "toy.c:8-9: a macro that is not known"],
    ["which file that is", "toy.c: xen/drivers/toy.c"],
    ["what is fixed", "Fixed by the patch lock-leak in toy_attach()"],
    ["what comments hide", "toy.c:46: the caller lets it go"],
    ["notes of the review", "The pack toy names a lock that is gone."],
    ["the order of locks", "pcidevs_lock toy_lock toy.c:24 in toy_add_device()"],
    ["the same of its picture", "2 locks, 1 arrow from a lock that is held to one that is taken"],
    ["ways in that no lock keeps apart", "add_device (pci) ●may run together"],
    ["ways in that a lock keeps apart", "detach (pci) not known to meet Akept apart by pcidevs_lock"],
    ["a lane, to those who do not see it", "line 24: acquires toy_lock"],
    ["a lane that was not there before", "line 25: holds toy_lock; before the patch: no lock of these"],
    ["a step at its line", "1 toy_lock acquired early-unlock"],
    ["what is held on a line", "line 25: holds toy_lock"],
    ["a release", "line 26: releases toy_lock"],
    ["what only some paths hold", "line 46: holds map_lock on some paths, returns holding toy_lock"],
    [
      "what the function needs",
      "entered through detach. callers must hold map_lock. returns with toy_lock. releases for its caller map_lock.",
    ],
    ["an access and the lane that covers it", "master->cfg written under A"],
    ["an access without a lock", "cfg = &master->cfg; read, no lock taken here"],
    ["an access to what nobody else can reach", "master->cfg written, not shared yet"],
  ])("%s", (_what, says) => expect(text).toContain(says));

  test.each([
    ["LD-11111111", "✕ error early-unlock introduced live Link to this finding: #LD-11111111"],
    [
      "LD-11111111",
      "Held there nothing Confidence on every path Status live: it can happen in this tree Rule toy/guarded",
    ],
    [
      "LD-11111111",
      "CPU A the path toy_add_device() toy.c 1●step 1, toy.c:24spin_lock(&toy_lock);toy_lock acquired",
    ],
    ["LD-11111111", "CPU B what can run at the same time toy_attach() toy.c 1step 1, toy.c:15return cfg ?"],
    ["LD-11111111", "Also without the lock toy_attach(): uses cfg toy.c:15"],
    ["LD-11111111", "Advice: Keep toy_lock until toy_program() has returned"],
    ["LD-22222222", "on the path shown"],
    ["LD-22222222", "2✕step 2, toy.c:46return;returns with toy_lock held"],
  ])("%s: %s", (id, says) => expect(finding(id)).toContain(says));

  const linesOf = (made: string, kind: string) =>
    elementsOf(made)
      .filter((one) => (attribute(one, "class") ?? "").split(" ").includes(kind))
      .map((one) => readable(one).trim().replace(/\s+/g, " "));

  test("a patch's lines are marked by a sign and in words, not by colour alone", () => {
    expect(linesOf(page, "added")).toEqual([
      expect.stringMatching(/^●24\+ added line 24: acquires toy_lock spin_lock/),
      expect.stringMatching(/^○26\+ added line 26: releases toy_lock spin_unlock/),
      expect.stringMatching(/^●43\+ added line 43: holds map_lock, acquires toy_lock spin_lock/),
      expect.stringMatching(/^○○48\+ added line 48: .* spin_unlock/),
    ]);
  });

  test("a line that the patch takes away stands beside what comes in its place", () => {
    const hunk = hunkOf(
      "@@ -22,4 +22,3 @@\n \tstruct iommu_group *group = iommu_group_alloc();\n-\n-\tmaster = toy_find_master(dev);\n+\n \tspin_lock(&toy_lock);\n",
    );
    const patches = [{ ...toyPatch, diffs: [{ oldPath: TOY, newPath: TOY, hunks: [hunk] }] }];
    const made = pageOf(matterOf({ ...full, patches }));

    expect(linesOf(made, "gone")).toEqual([
      "23- removed line 23:",
      "24- removed line 24: master = toy_find_master(dev);",
    ]);
    expect(linesOf(made, "diff").map((row) => row.split(" ").slice(0, 4).join(" "))).toEqual([
      "23- removed line 23:",
    ]);
  });

  test("two findings of one short name have a name each", () => {
    const twin = { ...lockLeak, fingerprint: `${earlyUnlock.fingerprint.slice(0, 8)}22222222` };
    const both = pageOf(matterOf({ ...full, findings: [earlyUnlock, twin] }));

    expect(withId(both, "LD-11111111")).toBeDefined();
    expect(withId(both, "LD-1111111122222222")).toBeDefined();
  });
});

test.each([
  ["the files and what they hold", "xen/drivers/toy.c 2 locks, 3 functions with locks or guarded accesses."],
  ["the lanes", "line 24: acquires toy_lock"],
  ["the accesses", "toy.c:25 toy_add_device() write master->cfg struct toy_master toy_lock add_device"],
  ["what was not analysed", "toy.c:60-62: a macro that is not known"],
])("the page of a model says %s", (_what, says) => {
  const page = modelPageOf(modelMatter);

  expect(elementsOf(page).slice(0, 1).map(readable).join("").replace(/\s+/g, " ")).toContain(says);
});

describe("locks that some paths hold at an access", () => {
  const headsWith = (may: readonly string[]) => {
    const functions = toyModel.functions.map((fn) => ({
      ...fn,
      lines: fn.lines.map((line) => (line.line === 25 ? { ...line, may } : line)),
    }));
    const page = modelPageOf({ ...modelMatter, model: { ...toyModel, functions } });
    return elementsOf(page).slice(0, 1).map(readable).join("").replace(/\s+/g, " ");
  };

  test("have a column", () => {
    const text = headsWith(["map_lock", "toy_lock"]);
    expect(text).toContain("Held on every path Held on some paths Entered through");
    expect(text).toContain(
      "toy.c:25 toy_add_device() write master->cfg struct toy_master toy_lock map_lock add_device",
    );
  });

  test("have none where there are no such", () => {
    expect(headsWith([])).toContain("Held on every path Entered through");
  });
});

test("a function that the model does not have is shown from its head to its brace", () => {
  const page = pageOf(matterOf(full, { models: () => ({ ...toyModel, functions: [] }) }));
  const rows = elementsOf(page).flatMap((one) =>
    attribute(one, "class")?.startsWith("line")
      ? (/^v0.*l(\d+)$/.exec(attribute(one, "id") ?? "")?.[1] ?? [])
      : [],
  );

  const lines = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, at) => `${from + at}`);
  expect(rows).toEqual([...lines(6, 9), ...lines(11, 16), ...lines(18, 37), ...lines(39, 49)]);
});

describe("no text of a file, a path or a mail becomes a part of the page", () => {
  const withText = (text: string) => {
    const put = (said: string) => said + text;
    const path = put(TOY);
    const finding = {
      ...earlyUnlock,
      file: path,
      message: put("m"),
      function: put("f"),
      lock: put("l"),
      held: [put("h")],
      rule: put("r"),
      fix: put("x"),
      fingerprint: put("1111111111111111"),
      trace: earlyUnlock.trace.map((step) => ({ ...step, file: path, function: put("f"), what: put("w") })),
      conflict: conflict.map((step) => ({ ...step, file: path, function: put("f"), what: put("w") })),
    };
    const sources: SourceLookup = (name, side) =>
      name === path
        ? (toySources(TOY, side, null)
            ?.split("\n")
            .map((each) => (each.startsWith("\t") ? each + text.replaceAll("\n", " ") : each))
            .join("\n") ?? null)
        : null;
    const model = {
      ...toyModel,
      functions: toyModel.functions.map((one) => ({
        ...one,
        name: put(one.name),
        file: path,
        spans: one.spans.map((span) => ({ ...span, lock: put(span.lock) })),
        lines: one.lines.map((line) => ({ ...line, must: line.must.map(put), may: line.may.map(put) })),
        accesses: one.accesses.map((access) => ({ ...access, object: put("not there"), type: put("t") })),
      })),
      order: toyModel.order.map(({ at, ...nested }) => ({
        ...nested,
        at: at.map((place) => ({ ...place, file: path })),
      })),
      entryPoints: toyModel.entryPoints.map((entry) => ({ ...entry, op: put("op"), subsystem: put("s") })),
    };
    const review: Review = {
      ...full,
      patches: full.patches.map((each) => ({
        ...each,
        subject: put("s"),
        diffs: each.diffs.map((diff) => ({ ...diff, oldPath: path, newPath: path })),
        author: put("a"),
        baseFound: put("b"),
      })),
      findings: [finding],
      notes: new Map(),
      gaps: [{ ...gap, file: path, why: put("g") }],
      hidden: [{ ...hidden, file: path, reason: put("r") }],
      analysed: { files: [path], functions: 4 },
    };
    // A line's text decides its colours: what these may be is the next test's.
    return pageOf(matterOf(review, { sources, models: () => model, highlighter: () => () => [] }));
  };
  const harmless = skeletonOf(withText("x"));
  const hostile = fc.oneof(
    fc.string({ unit: "binary", minLength: 1 }),
    fc
      .array(
        fc.constantFrom(
          ..."<>\"'`&=/!-;\u0000\u202e \n\tax",
          "</td>",
          "<script>",
          "</title>",
          "-->",
          "&lt",
          "\ud800",
        ),
        { minLength: 1, maxLength: 12 },
      )
      .map((all) => all.join("")),
  );

  test("whatever it is", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(skeletonOf(withText(text))).toEqual(harmless);
      }),
      { numRuns: 60 },
    );
  });

  test("marks that reorder a line on the screen are taken out", () => {
    expect(withText("\u202e\u2066")).not.toMatch(/[\u202e\u2066]/);
  });
});
