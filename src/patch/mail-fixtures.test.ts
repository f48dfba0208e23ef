/** Every mail and mbox of `fixtures/` is read as the document beside it says. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  applyFileDiff,
  assembleSeries,
  decodeText,
  mailboxDocument,
  parseUnifiedDiff,
  readMessages,
  textFileOf,
  textOf,
} from "./index.ts";

const FIXTURES = new URL("../../fixtures/", import.meta.url).pathname;
const read = (name: string) => readFileSync(join(FIXTURES, name));
const filesIn = (folder: string) =>
  readdirSync(join(FIXTURES, folder)).filter((name) => !name.endsWith(".json"));

describe.each(["mail", "series"])("fixtures/%s", (folder) => {
  test.each(filesIn(folder))("%s", (name) => {
    const mailbox = assembleSeries(readMessages(read(`${folder}/${name}`)));
    const expected: unknown = JSON.parse(read(`${folder}/${name.replace(/\.\w+$/, ".json")}`).toString());
    expect(mailboxDocument(mailbox)).toEqual(expected);
  });
});

/** The same change to `lamp.c`, on its way through all sorts of mailers. */
const SAME_CHANGE = [
  "format-patch.eml",
  "quoted-printable.eml",
  "base64-crlf.eml",
  "crlf-transport.eml",
  "latin1.eml",
  "unknown-charset.eml",
  "attachment.eml",
  "inline-and-attached.eml",
  "html-first.eml",
  "mail-in-mail.eml",
  "mail-as-octets.eml",
  "flowed-raw.eml",
  "flowed-joined.eml",
  "in-body-from.eml",
  "scissors.eml",
  "mboxrd.mbox",
];

describe("the same change, however it was sent", () => {
  const base = textFileOf(read("patches/lamp.c").toString());
  const after = read("patches/lamp-after.c").toString();
  const [plain] = readMessages(read("mail/format-patch.eml"));

  test.each(SAME_CHANGE)("%s", (name) => {
    const [message] = readMessages(read(`mail/${name}`));
    expect(message?.damage).toEqual([]);
    expect(message?.files).toEqual(plain?.files);
    const [diff] = message?.files ?? [];
    const result = diff === undefined ? null : applyFileDiff(base, diff);
    expect(result?.kind === "applied" && result.after !== null && textOf(result.after)).toBe(after);
  });

  test("a stuffed text is read both ways, and one of them applies", () => {
    const [message] = readMessages(read("mail/flowed-stuffed.eml"));
    const readings = [message?.files ?? [], ...(message?.alternatives ?? [])];
    const applying = readings.filter((files) =>
      files.every((diff) => applyFileDiff(base, diff).kind === "applied"),
    );
    expect(readings.length).toBeGreaterThan(1);
    expect(applying).toEqual([plain?.files]);
  });

  test("a diff without mail header loses only its blob ids", () => {
    const [message] = readMessages(read("mail/plain.diff"));
    expect(message?.files[0]?.hunks).toEqual(plain?.files[0]?.hunks);
    expect(message?.files[0]).toMatchObject({ oldPath: "xen/drivers/lamp/lamp.c", oldBlob: null });
  });
});

/** git mailinfo breaks the flowed texts, does not look into attached mails, and takes quoted CR for content. */
const AS_GIT_READS = SAME_CHANGE.filter(
  (name) => !/flowed|mail-in-mail|mail-as|attach|html|crlf|mboxrd|unknown/.test(name),
);

describe("agrees with git mailinfo", () => {
  test.each(AS_GIT_READS)("%s", (name) => {
    const folder = mkdtempSync(join(tmpdir(), "lockspan-mailinfo-"));
    try {
      const command = ["mailinfo", "--scissors", join(folder, "msg"), join(folder, "patch")];
      const info = decodeText(execFileSync("git", command, { input: read(`mail/${name}`) }));
      const patch = decodeText(readFileSync(join(folder, "patch")));
      const [message] = readMessages(read(`mail/${name}`));
      expect(message?.files).toEqual(parseUnifiedDiff(patch).files);
      const [, author] = /^Author: (.*)$/m.exec(info) ?? [];
      const [, email] = /^Email: (.*)$/m.exec(info) ?? [];
      expect(message?.author).toBe(`${author} <${email}>`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("readMessages", () => {
  test("knows the base and the prerequisites that a mail names", () => {
    const [message] = readMessages(read("mail/format-patch.eml"));
    expect(message).toMatchObject({
      baseCommit: "0123456789abcdef0123456789abcdef01234567",
      prerequisites: ["89abcdef0123456789abcdef0123456789abcdef"],
      commit: "4".repeat(40),
    });
  });

  test("undoes mboxrd quoting, once", () => {
    const messages = readMessages(read("mail/mboxrd.mbox"));
    expect(messages).toHaveLength(2);
    expect(messages[0]?.text).toContain(
      "\nFrom now on the lock is held.\n>From there it was not.\n".trimStart(),
    );
  });

  test("a byte order mark in front hides nothing of the mail", () => {
    const mark = Buffer.from("\ufeff");
    expect(readMessages(Buffer.concat([mark, read("mail/format-patch.eml")]))).toEqual(
      readMessages(read("mail/format-patch.eml")),
    );
  });

  test.each([
    [
      "a boundary of 70,000 letters",
      `Content-Type: multipart/mixed; boundary="${"b".repeat(70_000)}"\n\nhi\n`,
    ],
    ["a boundary that is never closed", 'Content-Type: multipart/mixed; boundary="b"\n\n--b\n--b\n\nhi'],
    ["a boundary of nothing", 'Content-Type: multipart/mixed; boundary=""\n\n--\n\nhi\n----\n'],
    ["a million brackets", `Subject: ${"[x] ".repeat(1_000_000)}\n\nhi\n`],
  ])("is done with %s", (_, text) => {
    expect(readMessages(Buffer.from(`From: A <a@b>\n${text}`))).toHaveLength(1);
  });

  test.each([
    ["empty", ""],
    ["blank lines", "\n\n\n"],
  ])("finds nothing in %s", (_, text) => {
    expect(readMessages(Buffer.from(text))).toEqual([]);
  });

  test("gives a mail without an id the same one each time, and another to another mail", () => {
    const id = (text: string) => readMessages(Buffer.from(text))[0]?.messageId;
    expect(id("--- a\n")).toBe(id("--- a\n"));
    expect(id("--- a\n")).not.toBe(id("--- b\n"));
  });
});
