/** An mbox in pieces has the same mails as one that is read at once. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PROJECT_ROOT } from "../testing/project-root.ts";
import { mboxBounds } from "./mbox-bounds.ts";
import { mailInMbox, mailsOfMbox, type RawMailText } from "./raw-mails.ts";

async function* inPieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<string> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.toString("latin1", at, at + size);
    at += size;
  }
}

async function mailsInPieces(bytes: Buffer, sizes: readonly number[]): Promise<string[]> {
  const mails: string[] = [];
  for await (const { start, end, isMarked } of mboxBounds(inPieces(bytes, sizes)))
    mails.push(textOf(mailInMbox(bytes.subarray(start, end), isMarked)));
  return mails;
}

const textOf = ({ bytes }: RawMailText) => Buffer.from(bytes).toString("latin1");
const textsOf = (bytes: Uint8Array) => mailsOfMbox(bytes).map(textOf);

const folders = ["fixtures/series", "fixtures/mail"].map((name) => join(PROJECT_ROOT, name));
const files = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => !name.endsWith(".json"))
    .map((name) => join(folder, name)),
);

describe("pieces of any size give the mails of the whole", () => {
  test("of the fixtures", async () => {
    for (const file of files) {
      const bytes = readFileSync(file);
      for (const sizes of [[1], [7, 500, 3], [1_000_000]])
        expect(await mailsInPieces(bytes, sizes), file).toEqual(textsOf(bytes));
    }
  });

  const line = fc.constantFrom(
    "From a Thu Nov 19 10:00:00 2026",
    "From a friend I heard at 10:00 in 2026",
    `From ${"x".repeat(280)} 10:00:00 2026`,
    "From: A <a@example.org>",
    "From ",
    ">From me",
    "Subject: x",
    "",
    "text",
    "\r",
    "y".repeat(400),
  );

  test("of lines that look like the start of a mail", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 }),
        async (lines, sizes) => {
          const bytes = Buffer.from(lines.join("\n"), "latin1");
          expect(await mailsInPieces(bytes, sizes)).toEqual(textsOf(bytes));
        },
      ),
      { numRuns: 500 },
    );
  });
});
