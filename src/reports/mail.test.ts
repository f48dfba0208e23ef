import fc from "fast-check";
import PostalMime from "postal-mime";
import { describe, expect, test } from "vitest";
import type { Review, ReviewedPatch } from "../review/index.ts";
import {
  earlyUnlock,
  hunkOf,
  lockLeak,
  TOY,
  toyPatch,
  toyReview,
  toyReviewTogether,
} from "../testing/sample-review.ts";
import { type MailOptions, PERSONAL_CLOSING, renderMail, renderMails } from "./mail.ts";

const OPTIONS: MailOptions = {
  tool: { name: "lockspan", version: "1.2.3" },
  from: "lockspan <lockspan@bot.example.org>",
  domain: "bot.example.org",
  date: null,
  closing: PERSONAL_CLOSING,
};

const mailOf = (review: Review = toyReview, patch: ReviewedPatch = toyPatch, options = OPTIONS): string => {
  const mail = renderMail(review, patch, options);
  if (mail === null) throw new Error("there is no mail");
  return mail;
};
const headOf = (mail: string) => mail.slice(0, mail.indexOf("\n\n"));
const bodyOf = (mail: string) => mail.slice(mail.indexOf("\n\n") + 2);
const isQuoted = (line: string) => line.startsWith(">");

/** RFC 5322 names and folding; a folded line must hold more than blanks. */
function checkHeaders(head: string): void {
  for (const line of head.split("\n")) {
    expect(line).toMatch(/^(?:[A-Za-z][A-Za-z-]*: [!-~]|[ ][!-~])[ -~]*$/);
    expect(line.length).toBeLessThanOrEqual(998);
    if (line.trimStart().includes(" ")) {
      const tokens = line.trim().split(" ");
      if (tokens.length > 2) expect(line.length).toBeLessThanOrEqual(78);
    }
    for (const word of line.match(/=\?[^ ]*\?=/g) ?? []) expect(word.length).toBeLessThanOrEqual(75);
  }
}

describe("renderMail", () => {
  test("gives exactly these bytes", async () => {
    await expect(mailOf()).toMatchFileSnapshot("../../fixtures/reports/reply.eml");
    await expect(mailOf(toyReviewTogether)).toMatchFileSnapshot("../../fixtures/reports/reply-together.eml");
  });

  test("what only other patches bring to light is told where the patch itself gives no reason to write", () => {
    const quiet = { ...toyReviewTogether, findings: [] };

    expect(mailOf(quiet)).toMatch(/what\s+neither side has alone/);
    expect(renderMails({ ...quiet, together: null }, OPTIONS)).toEqual([]);
  });

  test("the others' patches get no reply of their own", () => {
    expect(renderMails(toyReviewTogether, OPTIONS)).toHaveLength(1);
  });

  test("its headers are well formed and say what a mail reader needs", async () => {
    const mail = mailOf();
    checkHeaders(headOf(mail));
    const read = await PostalMime.parse(mail.replaceAll("\n", "\r\n"));
    expect(read.subject).toBe("Re: [PATCH v2] toy: Protect the list of masters with a lock");
    expect(read.to).toEqual([{ name: "Zoë Müller", address: "author@example.org" }]);
    expect(read.cc).toEqual([
      { name: "", address: "xen-devel@lists.example.org" },
      { name: "Bertrand Example", address: "bertrand@example.org" },
      { name: "Example, Julien", address: "julien@example.org" },
    ]);
    expect(read.inReplyTo).toBe("<20211026120000.1-1-author@example.org>");
    expect(read.references).toBe(
      "<20211026120000.1-0-author@example.org> <20211026120000.1-1-author@example.org>",
    );
    expect(Object.fromEntries(read.headers.map(({ key, value }) => [key, value]))).toMatchObject({
      "auto-submitted": "auto-generated",
      "x-patchwork-hint": "ignore",
      "mime-version": "1.0",
      "content-type": "text/plain; charset=UTF-8",
      "content-transfer-encoding": "8bit",
    });
    expect(read.text?.replaceAll("\r\n", "\n")).toBe(bodyOf(mail));
  });

  test("its own lines keep to 72 columns, and quoted lines are lines of the patch", () => {
    const sent = new Set(
      toyPatch.diffs.flatMap(({ hunks }) =>
        hunks.flatMap(({ header, lines }) => [
          header,
          ...lines.map(({ kind, text }) => ({ context: " ", added: "+", removed: "-" })[kind] + text),
        ]),
      ),
    );
    const lines = bodyOf(mailOf()).split("\n");
    for (const line of lines.filter((each) => !isQuoted(each))) expect(line.length).toBeLessThanOrEqual(72);
    const quoted = lines.filter(isQuoted);
    expect(quoted.length).toBeGreaterThan(5);
    for (const line of quoted) expect(sent).toContain(line.slice(2));
  });

  test("each comment stands directly below its line", () => {
    const lines = bodyOf(mailOf()).split("\n");
    const below = (line: string) => lines[lines.indexOf(line) + 2];
    expect(below("> +	spin_unlock(&toy_lock);")).toMatch(/^toy_lock is released before/);
    expect(below(">  		return;")).toMatch(/^toy_detach\(\) returns here/);
  });

  test("no line number, no tag of a person, no severity", () => {
    const own = bodyOf(mailOf())
      .split("\n")
      .filter((line) => !isQuoted(line))
      .join("\n");
    expect(own).not.toMatch(/\bline \d|\.c:\d|-by:|\berror\b|\bwarning\b/i);
  });

  test.each([
    ["nothing found", { ...toyReview, findings: [] }],
    ["only old findings", { ...toyReview, findings: [{ ...lockLeak, change: "pre-existing" }] }],
    ["only repaired findings", { ...toyReview, findings: [{ ...lockLeak, change: "fixed" }] }],
    ["only findings of another patch", { ...toyReview, findings: [{ ...lockLeak, patch: 2 }] }],
  ] as const)("%s: no mail", (_what, review) => {
    expect(renderMail(review, toyPatch, OPTIONS)).toBeNull();
  });

  test("one mail for each patch, in series order", () => {
    const second = { ...toyPatch, index: 2, messageId: "<second@example.org>" };
    const review = {
      ...toyReview,
      patches: [toyPatch, second],
      findings: [{ ...lockLeak, patch: 2 }, earlyUnlock],
    };
    const parents = renderMails(review, OPTIONS).map((mail) => /In-Reply-To: (.*)/.exec(mail)?.[1]);
    expect(parents).toEqual(["<20211026120000.1-1-author@example.org>", "<second@example.org>"]);
  });
});

describe("the message id", () => {
  const idOf = (mail: string) => /^Message-ID: (.*)$/m.exec(mail)?.[1];
  const id = idOf(mailOf());

  test("depends on parent, findings and major version, and on nothing else", () => {
    expect(id).toMatch(/^<[0-9a-f]{32}@bot\.example\.org>$/);
    const reversed = { ...toyReview, findings: [...toyReview.findings].reverse() };
    expect(idOf(mailOf(reversed))).toBe(id);
    const minor = {
      ...OPTIONS,
      tool: { name: "lockspan", version: "1.9.0" },
      date: "Tue, 26 Oct 2021 15:00:00 +0000",
    };
    expect(idOf(mailOf(toyReview, toyPatch, minor))).toBe(id);
    const major = { ...OPTIONS, tool: { name: "lockspan", version: "2.0.0" } };
    expect(idOf(mailOf(toyReview, toyPatch, major))).not.toBe(id);
    expect(idOf(mailOf({ ...toyReview, findings: [earlyUnlock] }))).not.toBe(id);
    expect(idOf(mailOf(toyReview, { ...toyPatch, messageId: "<other@example.org>" }))).not.toBe(id);
    expect(idOf(mailOf(toyReviewTogether))).not.toBe(id);
  });
});

describe("who gets it", () => {
  const headersWith = (patch: Partial<ReviewedPatch>) => headOf(mailOf(toyReview, { ...toyPatch, ...patch }));
  const mail = { to: [], cc: [], references: [] };

  test("we do not copy ourselves, nor anybody twice", () => {
    const cc = [
      "LOCKSPAN@bot.example.org",
      "list@example.org",
      "A List <LIST@example.org>",
      "author@example.org",
    ];
    expect(headersWith({ mail: { ...mail, cc } })).toMatch(/^Cc: list@example\.org$/m);
  });

  test("an address that no header can carry is left out", () => {
    const head = headersWith({
      mail: { ...mail, cc: ["undisclosed-recipients:;", "a b@c", "ok@example.org"] },
    });
    expect(head).toMatch(/^Cc: ok@example\.org$/m);
  });

  test("a plain diff has nobody to answer, and the mail still says what it is about", () => {
    const plain = mailOf(toyReview, { ...toyPatch, messageId: null, author: null, date: null, mail: null });
    expect(headOf(plain)).not.toMatch(/^(?:To|Cc|In-Reply-To|References):/m);
    expect(bodyOf(plain)).toMatch(/^The patch says:\n> @@/);
  });
});

test("a long path is told by its start and its end", () => {
  const trace = Array.from({ length: 12 }, (_, at) => ({
    file: TOY,
    line: 46,
    function: "toy_detach",
    what: `step${at + 1}`,
  }));
  const body = bodyOf(mailOf({ ...toyReview, findings: [{ ...lockLeak, trace }] }));
  expect(body.replaceAll("\n", " ")).toContain(
    "step1; step2; step3; [...]; step8; step9; step10; step11; step12.",
  );
});

test("no line of ours starts as a quotation does", () => {
  const message = `${"word ".repeat(14)}a > b ${"word ".repeat(12)}x >= y >y`;
  const body = bodyOf(mailOf({ ...toyReview, findings: [{ ...lockLeak, message }] }));
  const quoted = body.split("\n").filter(isQuoted);
  for (const line of quoted) expect(line).toMatch(/^> [ +@-]/);
  expect(body.replaceAll("\n", " ")).toContain("x >= y >y");
});

describe("where a comment goes", () => {
  const long = hunkOf(
    `@@ -1,30 +1,31 @@ int toy_add_device(struct device *dev)\n${Array.from({ length: 20 }, (_, at) => ` line ${at + 1}\n`).join("")}+added\n tail\n`,
  );
  const patch = { ...toyPatch, diffs: [{ oldPath: TOY, newPath: TOY, hunks: [long] }] };
  const bodyWith = (fields: object, diffs: ReviewedPatch["diffs"] = patch.diffs) =>
    bodyOf(
      mailOf(
        { ...toyReview, findings: [{ ...lockLeak, trace: [], ...fields }], notes: new Map() },
        { ...toyPatch, diffs },
      ),
    );
  const step = (line: number) => ({ file: TOY, line, function: "toy_add_device", what: "toy_lock acquired" });

  test("far lines of the hunk are cut, those of the path are kept", () => {
    const lines = bodyWith({ line: 21, endLine: 21, trace: [step(2), step(21)] }).split("\n");
    expect(lines.slice(1, 9)).toEqual([
      "> @@ -1,30 +1,31 @@ int toy_add_device(struct device *dev)",
      ">  line 1",
      ">  line 2",
      ">  line 3",
      "[...]",
      ">  line 20",
      "> +added",
      "",
    ]);
  });

  test("a cause outside the diff goes below the patch's line on its path, with its function", () => {
    const body = bodyWith({ line: 900, endLine: 900, trace: [step(21), step(900)] });
    expect(body).toContain("> +added\n\nIn toy_detach(), xen/drivers/toy.c: toy_detach() returns here");
  });

  test("without a line on its path it goes after the nearest hunk of its function", () => {
    const body = bodyWith({ line: 900, endLine: 900, function: "toy_add_device" });
    expect(body).toContain("> +added\n\nIn toy_add_device(), xen/drivers/toy.c:");
  });

  test("without a hunk of its function it goes to the end", () => {
    const body = bodyWith({ line: 900, endLine: 900, function: "toy_other" });
    expect(body).toMatch(/wrote:\n\nIn toy_other\(\), xen\/drivers\/toy\.c: /);
  });

  test("a deleted line is answered where it is quoted", () => {
    const hunk = hunkOf(
      "@@ -40,3 +40,2 @@ void toy_detach(void)\n before\n-	spin_lock(&toy_lock);\n after\n",
    );
    const body = bodyWith({ line: 41, endLine: 41, side: "old" }, [
      { oldPath: TOY, newPath: TOY, hunks: [hunk] },
    ]);
    expect(body).toContain("> -	spin_lock(&toy_lock);\n\ntoy_detach() returns");
  });

  test("with several files the comment names its own", () => {
    const diffs = [...toyPatch.diffs, { oldPath: "b.c", newPath: "b.c", hunks: [] }];
    expect(bodyWith({}, diffs)).toContain("In toy_detach(), xen/drivers/toy.c: toy_detach()");
  });

  test("a line that mail cannot carry is left out, never changed", () => {
    const hunk = hunkOf(`@@ -45,2 +45,3 @@ void toy_detach(void)\n ${"x".repeat(1200)}\n+	return;\r\n`);
    const lines = bodyWith({}, [{ oldPath: TOY, newPath: TOY, hunks: [hunk] }]).split("\n");
    expect(lines.slice(2, 4)).toEqual(["[...]", "> +	return;"]);
  });
});

test("whatever a stranger writes in headers, ours stay whole and are read back as written", async () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom("\r", "\n", "=?", "é", "錠", "🔒", '"', "<", ",", " "),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
    ),
    maxLength: 120,
  });
  const normal = (value: string) =>
    value
      .replace(/\p{Cc}/gu, " ")
      .replace(/\s+/g, " ")
      .trim();
  await fc.assert(
    fc.asyncProperty(text, text, async (subject, name) => {
      const patch = { ...toyPatch, subject: `[PATCH] ${subject}`, author: `${name} <author@example.org>` };
      const head = headOf(mailOf(toyReview, patch));
      checkHeaders(head);
      expect(head.match(/^[A-Za-z-]+:/gm)).toHaveLength(12);
      const read = await PostalMime.parse(`${head}\n\n`.replaceAll("\n", "\r\n"));
      expect(read.subject).toBe(`Re: ${normal(`[PATCH] ${subject}`)}`);
    }),
    { numRuns: 300, seed: 1 },
  );
});
