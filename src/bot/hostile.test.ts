/** Mails that want to hurt: they cost little, and get no reply that they shouldn't get. */
import { describe, expect, test } from "vitest";
import { readConfig } from "./config.ts";
import { readMail } from "./read-mail.ts";
import { copiesOf, recipientOf } from "./recipients.ts";

const { settings } = readConfig({
  file: "test",
  document: {
    tree: ".",
    from: "lockspan <bot@example.org>",
    human: "olga@example.org",
    list: { address: "list@example.org", id: "list.example.org" },
  },
  env: {},
  given: {},
});

const DIFF = "--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+b\n";
const HEAD =
  "From: Ada <ada@example.org>\nSubject: [PATCH] x\nMessage-ID: <a@x>\nList-Id: <list.example.org>\n";
const read = (text: string | Uint8Array) =>
  readMail(
    { bytes: Buffer.from(text), receivedAt: new Date("2026-11-20T12:00:00Z") },
    { source: "test", isList: true },
    settings,
  );

describe("a mail of great size", () => {
  test("of 50 MB is not read, and only its beginning is kept", () => {
    const { kept } = read(Buffer.concat([Buffer.from(`${HEAD}\n`), Buffer.alloc(50 * 1024 * 1024, "a\n")]));
    expect(kept).toMatchObject({ messageId: "<a@x>", state: "left" });
    expect(kept.reason).toMatch(/^it has \d+ bytes, and no patch is as large$/);
    expect(kept.raw.length).toBe(64 * 1024);
  });

  test("with 10,000 parts is read", () => {
    const part = "--b\nContent-Type: text/plain\n\nx\n";
    const { kept } = read(
      `${HEAD}Content-Type: multipart/mixed; boundary=b\n\n${part.repeat(10_000)}--b--\n`,
    );
    expect(kept).toMatchObject({ state: "left", reason: "it is tagged as a patch but holds no diff" });
  });

  test("with a subject of 1 MB keeps the start of it", () => {
    const { kept } = read(`${HEAD.replace("[PATCH] x", `[PATCH] ${"x".repeat(1 << 20)}`)}\n${DIFF}`);
    expect(kept.subject.length).toBe(900);
    expect(kept.kind).toBe("patch");
  });

  test("nested a thousand deep is read", () => {
    const nested = `Content-Type: message/rfc822\n\n`.repeat(1000);
    expect(read(`${HEAD}${nested}${DIFF}`).kept.messageId).toBe("<a@x>");
  });
});

describe("a zip bomb", () => {
  test("is an attachment like any other: nothing is unpacked", () => {
    const attachment = `Content-Type: application/zip\nContent-Disposition: attachment; filename=x.zip\nContent-Transfer-Encoding: base64\n\n${"UEsDBBQ".repeat(1000)}\n`;
    const { kept } = read(`${HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\n${attachment}--b--\n`);
    expect(kept.state).toBe("left");
  });
});

describe("text that is slow to match", () => {
  test.each([
    ["blanks", " ".repeat(200_000)],
    ["brackets", "[".repeat(200_000)],
    ["reply marks", "Re: ".repeat(50_000)],
    ["encoded words", "=?utf-8?q?".repeat(20_000)],
    ["commas and quotes", '",'.repeat(100_000)],
    ["angles", "<".repeat(200_000)],
  ])("%s in every field", (_, text) => {
    const fields = ["Subject", "To", "Cc", "Reply-To", "References", "In-Reply-To", "List-Id", "Date"];
    const head = fields.map((name) => `${name}: ${text}\n`).join("");
    const { message } = read(`From: Ada <ada@example.org>\nMessage-ID: <a@x>\n${head}\n${text}\n${DIFF}`);
    if (message === null) throw new Error("it was not read");
    const to = recipientOf(message, settings) ?? "";
    expect(to).toBe("Ada <ada@example.org>");
    expect(copiesOf(message, { to, settings, optedOut: new Set() })).toEqual([]);
  });
});

describe("a message id that no answer can name", () => {
  test.each([
    ["too long", `<${"x".repeat(5000)}@x>`],
    ["not of ASCII", "<ä@x>"],
  ])("%s", (_, id) => {
    expect(read(`${HEAD.replace("<a@x>", id)}\n${DIFF}`).kept).toMatchObject({
      state: "left",
      reason: "its Message-ID cannot stand in the header of an answer",
    });
  });
});

describe("addresses", () => {
  test("of thousands of strangers get nothing: the list and the author do", () => {
    const strangers = Array.from({ length: 5000 }, (_, at) => `s${at}@example.net`).join(", ");
    const { message } = read(`${HEAD}To: list@example.org\nCc: ${strangers}\n\n${DIFF}`);
    if (message === null) throw new Error("it was not read");
    const copies = copiesOf(message, { to: "Ada <ada@example.org>", settings, optedOut: new Set() });
    expect(copies).toEqual(["list@example.org"]);
  });

  test.each([
    ["a line break in a name", 'To: "x\r\n y" <y@example.org>', ["y@example.org"]],
    [
      "an encoded line break in a name",
      "To: =?utf-8?q?x=0D=0ABcc:_evil@x?= <y@example.org>",
      ["y@example.org"],
    ],
    ["no address at all", "To: undisclosed-recipients:;", []],
    [
      "ourselves and a dead end",
      "To: bot@example.org, devnull+x@kernel.org, y@example.org",
      ["y@example.org"],
    ],
    ["one person many times", "To: y@example.org, Y <Y@example.org>\nCc: y@EXAMPLE.org", ["y@example.org"]],
  ])("%s", (_, header, addresses) => {
    const { message } = read(`${HEAD}${header}\n\n${DIFF}`);
    if (message === null) throw new Error("it was not read");
    const copies = copiesOf(message, { to: "Ada <ada@example.org>", settings, optedOut: new Set() });
    expect(copies.map((each) => /([^\s<>]+@[^\s<>]+?)>?$/.exec(each)?.[1])).toEqual(addresses);
  });
});
