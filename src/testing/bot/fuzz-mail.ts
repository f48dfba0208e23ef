/**
 * Mails that nobody wrote: the fixtures with bytes changed, cut, doubled and mixed, and what must hold
 * of the bot whatever it reads.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { copiesOf, readConfig, readMail, recipientOf } from "../../bot/index.ts";
import { assembleSeries, mailboxDocument, readMessages, selectPatches } from "../../patch/index.ts";
import { addressHeader, textHeader, tokenHeader } from "../../reports/index.ts";
import { PROJECT_ROOT } from "../project-root.ts";
import { LIST_ID } from "./mails.ts";

const FOLDERS = ["fixtures/mail", "fixtures/series", "fixtures/demo"];

function seeds(): Buffer[] {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(PROJECT_ROOT, folder))
      .filter((name) => /\.(eml|mbox|diff|patch)$/.test(name))
      .map((name) => join(PROJECT_ROOT, folder, name)),
  );
  return files.sort().map((file) => readFileSync(file));
}

/** What readers of mail trip over. */
const TOKENS = [
  "\r\n",
  "\n\n",
  "\r",
  "\0",
  "\nFrom ",
  "\n>From ",
  "From a Thu Nov 19 10:00:00 2026\n",
  "Subject: [PATCH v2 3/2] ",
  "Content-Type: multipart/mixed; boundary=b\n\n--b\n",
  "\n--b--\n",
  "Content-Type: message/rfc822\n\n",
  "Content-Transfer-Encoding: base64\n",
  "Content-Type: text/plain; format=flowed; delsp=yes\n",
  "=?utf-8?B?",
  "=?utf-8?q?=0D=0ABcc:_x@y?=",
  "@@ -1,99999999 +1 @@\n",
  "--- a/x\n+++ b/../../x\n",
  "rename from x\n",
  "GIT binary patch\nliteral 3\n",
  "\n-- \n",
  "\nlockspan: stop\n",
  '<>,;:"\\[](){}',
  "\u202e\u0301é",
];

type Change =
  | { readonly kind: "put"; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: "cut"; readonly at: number; readonly length: number }
  | { readonly kind: "repeat"; readonly at: number; readonly length: number; readonly times: number }
  | { readonly kind: "mix"; readonly at: number; readonly seed: number; readonly from: number };

const place = fc.nat({ max: 1 << 20 });
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constant("put" as const),
    at: place,
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc.constantFrom(...TOKENS).map((text) => Buffer.from(text)),
    ),
  }),
  fc.record({ kind: fc.constant("cut" as const), at: place, length: fc.nat({ max: 400 }) }),
  fc.record({
    kind: fc.constant("repeat" as const),
    at: place,
    length: fc.integer({ min: 1, max: 60 }),
    times: fc.constantFrom(2, 10, 2000),
  }),
  fc.record({ kind: fc.constant("mix" as const), at: place, seed: fc.nat(), from: place }),
);

/** @returns changed mails, each at most some hundred kilobytes long */
export function changedMails(): fc.Arbitrary<Buffer> {
  const all = seeds();
  const seedAt = (number: number) => all[number % all.length] ?? Buffer.alloc(0);
  return fc
    .tuple(fc.nat({ max: all.length - 1 }), fc.array(change, { minLength: 1, maxLength: 12 }))
    .map(([seed, changes]) => changes.reduce((bytes, each) => changed(bytes, each, seedAt), seedAt(seed)));
}

function changed(bytes: Buffer, each: Change, seedAt: (number: number) => Buffer): Buffer {
  const at = bytes.length === 0 ? 0 : each.at % bytes.length;
  const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (each.kind) {
    case "put":
      return Buffer.concat([head, each.bytes, tail]);
    case "cut":
      return Buffer.concat([head, tail.subarray(each.length)]);
    case "repeat":
      return Buffer.concat([
        head,
        ...Array.from({ length: each.times }, () => tail.subarray(0, each.length)),
        tail,
      ]);
    case "mix": {
      const other = seedAt(each.seed);
      return Buffer.concat([head, other.subarray(each.from % Math.max(1, other.length))]);
    }
  }
}

const { settings } = readConfig({
  file: "fuzz",
  document: {
    tree: ".",
    from: "lockspan <bot@example.org>",
    human: "olga@example.org",
    list: { address: "xen-devel@lists.example.org", id: LIST_ID },
  },
  env: {},
  given: {},
});

const NOW = new Date("2026-11-20T12:00:00Z");
/** Of CPU time, so that a busy machine is no finding. */
const LONGEST_MS = 2000;
const MOST_OF_FIELD = 900;

/** @throws {Error} for whatever must not be */
export function checkMail(bytes: Buffer): void {
  const before = process.cpuUsage();
  const messages = readMessages(bytes);
  selectPatchesOf(messages);
  JSON.stringify(mailboxDocument(assembleSeries(messages)));
  const { kept, message } = readMail({ bytes, receivedAt: NOW }, { source: "fuzz", isList: true }, settings);
  const { user, system } = process.cpuUsage(before);
  expectThat((user + system) / 1000 < LONGEST_MS, `it took ${Math.round((user + system) / 1000)} ms`);
  for (const text of [kept.messageId, kept.sender, kept.subject, kept.root, kept.parent ?? ""])
    expectThat(text.length <= MOST_OF_FIELD, "a field is kept whole");
  expectThat(kept.state === "waiting" || kept.reason !== null, "it is left alone without a reason");
  if (message === null) return;
  if (kept.state === "waiting") {
    expectThat(kept.kind === "patch" || kept.kind === "cover", `a ${kept.kind} waits for a review`);
    expectThat(!message.parsedSubject.isReply, "a reply waits for a review");
  }
  const to = recipientOf(message, settings);
  const copies = copiesOf(message, { to: to ?? "", settings, optedOut: new Set() });
  expectHeader("To", to === null ? null : addressHeader("To", [to]));
  expectHeader("Cc", addressHeader("Cc", copies));
  expectHeader("Subject", textHeader("Subject", `Re: ${message.subject}`));
  expectHeader("References", tokenHeader("References", message.references));
}

/** It says by itself when a series cannot be read. */
function selectPatchesOf(messages: ReturnType<typeof readMessages>): void {
  try {
    selectPatches(messages);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "PatchError") throw error;
  }
}

/** One field, folded, and nothing that could end it early. */
function expectHeader(name: string, header: string | null): void {
  if (header === null) return;
  const [first = "", ...more] = header.split("\n");
  expectThat(first.startsWith(`${name}:`), `${name} does not begin with its name`);
  expectThat(
    more.every((line) => /^ \S/.test(line)),
    `${name} has a line of its own`,
  );
  expectThat(!/[\r\0]/.test(header), `${name} has a control character`);
}

function expectThat(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new Error(otherwise);
}
