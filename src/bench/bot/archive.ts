/** Archives to measure with: mails as people write them, one behind the other in time. */
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "../mutants/random.ts";
import type { PatchText } from "./patches.ts";

export const LIST = { address: "xen-devel@lists.example.org", id: "xen-devel.lists.example.org" };

/** A mail a minute from here on. */
const FIRST = Date.UTC(2026, 0, 5, 8, 0, 0);

interface TimedMail {
  readonly at: Date;
  readonly text: string;
}

export function patchMail({ subject, diff }: PatchText, number: number): TimedMail {
  const text = `Take care of the lock that protects the masters.

Signed-off-by: Author ${number} <author${number}@example.org>
---
 one file changed

${diff}-- 
2.39.2
`;
  return mail({ id: `patch-${number}`, number, subject: `[PATCH] ${subject}`, text, parent: null });
}

const WORDS = "the lock is held here and the caller drops it before master goes away in cfg".split(" ");

/** A reply of one to twenty kilobytes, most of it quoted, as on most lists. */
export function talkMail(number: number, random: Random): TimedMail {
  const lines = Array.from({ length: 20 + random.below(300) }, (_, at) => {
    const words = Array.from({ length: 4 + random.below(8) }, () => WORDS[random.below(WORDS.length)]);
    return `${at % 6 === 5 ? "" : "> "}${words.join(" ")}`;
  });
  const parent = number === 0 ? null : `talk-${random.below(number)}`;
  return mail({
    id: `talk-${number}`,
    number,
    subject: "Re: [PATCH] of a lock",
    text: `${lines.join("\n")}\n`,
    parent,
  });
}

interface MailParts {
  readonly id: string;
  readonly number: number;
  readonly subject: string;
  readonly text: string;
  readonly parent: string | null;
}

function mail({ id, number, subject, text, parent }: MailParts): TimedMail {
  const at = new Date(FIRST + number * 60_000);
  const head = [
    `From: Author ${number} <author${number}@example.org>`,
    `To: ${LIST.address}`,
    "Cc: Somebody Else <else@example.org>, Third Person <third@example.org>",
    `Subject: ${subject}`,
    `Date: ${at.toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${id}@example.org>`,
    ...(parent === null
      ? []
      : [`In-Reply-To: <${parent}@example.org>`, `References: <${parent}@example.org>`]),
    `List-Id: Xen developer discussion <${LIST.id}>`,
    "Precedence: list",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=UTF-8",
    "Content-Transfer-Encoding: 8bit",
  ];
  return { at, text: `${head.join("\n")}\n\n${text}` };
}

export function writeMbox(file: string, mails: Iterable<TimedMail>): void {
  const out = openSync(file, "w");
  for (const { at, text } of mails)
    writeSync(
      out,
      `From x ${at.toUTCString().replace(/(\w+), (\d+) (\w+) (\d+) (\S+) GMT/, "$1 $3 $2 $5 $4")}\n${text}\n`,
    );
  closeSync(out);
}

/** A public-inbox v2 archive: a commit a mail, its bytes in the blob `m`. */
export function writeArchive(folder: string, mails: readonly TimedMail[]): void {
  const epoch = join(folder, "git/0.git");
  mkdirSync(epoch, { recursive: true });
  const git = (args: readonly string[], input: string) =>
    execFileSync("git", ["-C", epoch, ...args], { input });
  git(["init", "-q", "--bare", "-b", "master"], "");
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const commits = mails.map(({ at, text }, number) => {
    const who = `committer list <list@example.org> ${at.getTime() / 1000} +0000`;
    const from = number === 0 ? "" : `from :${number}\n`;
    return `commit refs/heads/master\nmark :${number + 1}\n${who}\n${data("mail")}${from}M 100644 inline m\n${data(text)}`;
  });
  git(["fast-import", "--quiet"], commits.join("\n"));
}
