import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PatchError } from "../base/index.ts";
import { applyChain, fileChains } from "./apply-series.ts";
import { mailboxDocument } from "./mailbox-document.ts";
import { readMessages } from "./message.ts";
import { selectPatches } from "./select-patches.ts";
import { assembleSeries } from "./series.ts";
import { textFileOf, textOf } from "./text-file.ts";

const HUNK = "--- a/l.c\n+++ b/l.c\n@@ -1 +1 @@\n-a\n+b\n";

interface Sketch {
  readonly subject: string;
  readonly id?: string;
  readonly body?: string;
  readonly fields?: string;
}

function mail({ subject, id = subject.replace(/\W+/g, "."), body = HUNK, fields = "" }: Sketch): string {
  return `From: A <a@example.org>\nSubject: ${subject}\nMessage-ID: <${id}@x>\n${fields}\n${body}`;
}

function messagesOf(...sketches: readonly Sketch[]) {
  return sketches.flatMap((sketch) => readMessages(Buffer.from(mail(sketch))));
}

describe("selectPatches", () => {
  test("takes the parts of a series by number, and single patches as they come", () => {
    const messages = messagesOf(
      { subject: "[PATCH] z" },
      { subject: "[PATCH 3/2] x" },
      { subject: "[PATCH 2/2] b" },
      { subject: "Re: [PATCH 1/2] a" },
      { subject: "[PATCH 1/2] a" },
    );
    expect(
      selectPatches(messages).patches.map(({ subject, index, total }) => [subject, index, total]),
    ).toEqual([
      ["[PATCH] z", 1, 4],
      ["[PATCH 1/2] a", 1, 2],
      ["[PATCH 2/2] b", 2, 2],
      ["[PATCH 3/2] x", 3, 2],
    ]);
  });

  test("replaces the parts that a partial revision sends again", () => {
    const v2 = [1, 2].map((n) => ({ subject: `[PATCH v2 ${n}/2] p${n}` }));
    const messages = messagesOf(
      ...v2,
      { subject: "[PATCH v2.1 2/2] p2 again" },
      { subject: "[PATCH v2.1 3/2] p3" },
    );
    const { patches, missing } = selectPatches(messages);
    expect(patches.map(({ subject }) => subject)).toEqual([
      "[PATCH v2 1/2] p1",
      "[PATCH v2.1 2/2] p2 again",
      "[PATCH v2.1 3/2] p3",
    ]);
    expect(missing).toEqual([]);
  });

  test("finds the base in the cover letter, and says which parts are missing", () => {
    const trailers = `Words.\n\nbase-commit: ${"a".repeat(40)}\nprerequisite-patch-id: ${"b".repeat(40)}\n`;
    const messages = messagesOf(
      { subject: "[PATCH 0/3] c", id: "c", body: trailers },
      { subject: "[PATCH 2/3] b", fields: "In-Reply-To: <c@x>\n" },
    );
    expect(selectPatches(messages)).toMatchObject({
      baseCommit: "a".repeat(40),
      prerequisites: ["b".repeat(40)],
      missing: ["1/3", "3/3"],
    });
  });

  // biome-ignore format: a table is read by its columns
  test.each([
    ["nothing",           [],                                                                       "there is no patch: the input is empty"],
    ["a reply",           [{ subject: "Re: [PATCH] a" }],                                           'there is no patch: "Re: [PATCH] a": it answers another mail'],
    ["talk",              [{ subject: "talk", body: "Hello\n" }],                                   'there is no patch: "talk": it holds no diff'],
    ["a cut patch",       [{ subject: "[PATCH] a", body: HUNK.slice(0, -3) }],                      '"[PATCH] a": the patch is damaged: hunk 1 of l.c: ends after 1 of 1 old and 0 of 1 new lines: the text is cut off'],
    ["a cut part",        [{ subject: "[PATCH 1/2] a" }, { subject: "[PATCH 2/2] b", body: "@@ -1 +1 @@\n" }], '"[PATCH 2/2] b": the patch is damaged: a hunk without file names in front of it («@@ -1 +1 @@»)'],
    ["two replies",       [{ subject: "Re: a" }, { subject: "Re: b" }],                             'there is no patch in 2 mails: "Re: a": it answers another mail'],
    ["a climbing name",   [{ subject: "[PATCH] a", body: HUNK.replaceAll("l.c", "../l.c") }],       '"[PATCH] a": the diff names a file name with "..": "../l.c"'],
    ["two revisions",     [{ subject: "[PATCH v2] a" }, { subject: "[PATCH v3] a" }],               '"a" is here in two revisions, v2 and v3'],
  ] as const)("refuses %s", (_, sketches, message) => {
    const error = (() => { try { return selectPatches(messagesOf(...sketches)); } catch (cause) { return cause; } })();
    expect(error).toBeInstanceOf(PatchError);
    expect(error).toMatchObject({ status: 3, message });
    expect((error as PatchError).hint).not.toBeNull();
  });
});

describe("assembleSeries", () => {
  test("gives the same series whatever the order of the mails", () => {
    const parts = [1, 2, 3].map((n) => ({
      subject: `[PATCH ${n}/3] p${n}`,
      fields: "In-Reply-To: <cover@x>\n",
    }));
    const all = [{ subject: "[PATCH 0/3] cover", id: "cover", body: "All.\n" }, ...parts];
    const expected = mailboxDocument(assembleSeries(messagesOf(...all))).series;
    expect(expected).toMatchObject([{ complete: true, total: 3 }]);
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        expect(mailboxDocument(assembleSeries(messagesOf(...shuffled))).series).toEqual(expected);
      }),
    );
  });

  test("never throws, and counts each id once", () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    const field = fc.constantFrom(
      "From: a@b\n",
      "Subject: [PATCH 1/2] x\n",
      "Subject: [PATCH v2.1 9/2] =?utf-8?q?=FF?=\n",
      "Message-ID: <1@x>\n",
      "In-Reply-To: <2@x>\n",
      "References: <1@x> <2@x>\n",
      "Content-Type: multipart/mixed; boundary=b\n",
      "Content-Type: text/plain; format=flowed; charset=nonsense\n",
      "Content-Transfer-Encoding: base64\n",
      "Content-Type: message/rfc822\n",
      "\n",
      "--b\n",
      "--b--\n",
      HUNK,
      "From x Thu Jan  1 00:00:00 1970\n",
      "base-commit: 0\n",
    );
    const input = fc
      .array(
        fc.oneof(
          field.map((text) => Buffer.from(text)),
          bytes,
        ),
      )
      .map((pieces) => Buffer.concat(pieces));
    fc.assert(
      fc.property(input, (mbox) => {
        const { messages } = mailboxDocument(assembleSeries(readMessages(mbox)));
        expect(new Set(messages.map(({ messageId }) => messageId)).size).toBe(messages.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe("fileChains and applyChain", () => {
  const files = (text: string) => readMessages(Buffer.from(text)).flatMap((message) => message.files);
  const edit = (from: string, to: string) =>
    `diff --git a/l.c b/l.c\nindex 1${from}11111..2222222 100644\n--- a/l.c\n+++ b/l.c\n@@ -1 +1 @@\n-${from}\n+${to}\n`;
  const move = "diff --git a/l.c b/m.c\nsimilarity index 100%\nrename from l.c\nrename to m.c\n";

  test("patches that build on each other, over a rename", () => {
    const series = [files(edit("a", "b")), files(move), files(edit("b", "c").replaceAll("l.c", "m.c"))];
    const chains = fileChains(series);
    expect(
      chains.map(({ path, needsBase, blob, steps }) => [
        path,
        needsBase,
        blob,
        steps.map((step) => step.patch),
      ]),
    ).toEqual([["l.c", true, "1a11111", [0, 1, 2]]]);
    const result = chains[0] === undefined ? null : applyChain(chains[0], textFileOf("a\n"));
    if (result?.kind !== "applied") throw new Error("rejected");
    expect(
      result.steps.map(({ before, after }) => [before && textOf(before), after && textOf(after)]),
    ).toEqual([
      ["a\n", "b\n"],
      ["b\n", "b\n"],
      ["b\n", "c\n"],
    ]);
  });

  test("two files that swap their names are two chains", () => {
    const swap = `${move}diff --git a/m.c b/l.c\nsimilarity index 100%\nrename from m.c\nrename to l.c\n`;
    const chains = fileChains([files(swap), files(edit("a", "b"))]);
    expect(chains.map(({ path, steps }) => [path, steps.length])).toEqual([
      ["l.c", 1],
      ["m.c", 2],
    ]);
  });

  test("names the patch and the hunk that does not fit", () => {
    const [chain] = fileChains([files(edit("a", "b")), files(edit("a", "c"))]);
    const result = chain === undefined ? null : applyChain(chain, textFileOf("a\n"));
    expect(result).toMatchObject({ kind: "rejected", patch: 1, rejection: { hunk: 1, line: 1 } });
  });
});
