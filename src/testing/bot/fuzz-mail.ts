/**
 * Mails that nobody wrote: the fixtures with bytes changed, cut, doubled and mixed, and what must hold
 * of the bot whatever it reads.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type fc from "fast-check";
import { copiesOf, readConfig, readMail, recipientOf } from "../../bot/index.ts";
import { assembleSeries, mailboxDocument, readMessages, selectPatches } from "../../patch/index.ts";
import { addressHeader, textHeader, tokenHeader } from "../../reports/index.ts";
import { changedBytes } from "../fuzz/changed-bytes.ts";
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

/** @returns changed mails, each at most some hundred kilobytes long */
export function changedMails(): fc.Arbitrary<Buffer> {
  return changedBytes(seeds(), TOKENS);
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
