/**
 * The reply to a patch mail, as a reviewer would write it: the hunks quoted, each
 * comment below the line that it is about.
 *
 * In:  a review, one of its patches, and who sends.
 * Out: a whole mail with LF line ends, or null when there is nothing to say. Without a
 *      date of the sender's it has no Date header; the same input gives the same bytes.
 */
import { compareFindings, type Finding, hashOfAll, sortedFingerprints } from "../findings/index.ts";
import type { Review, ReviewedPatch } from "../review/index.ts";
import { notesOf } from "./finding-drawing.ts";
import { type Anchor, anchorOf, involvedLines, type NumberedHunk, numberedHunks } from "./mail-anchor.ts";
import { commentOf, ownText } from "./mail-comment.ts";
import {
  addressHeader,
  isMessageId,
  LONGEST_NAME,
  parseMailbox,
  textHeader,
  tokenHeader,
} from "./mail-header.ts";
import { type PlacedComment, quoteHunk } from "./mail-quote.ts";
import { togetherParagraph } from "./mail-together.ts";
import { baseOf } from "./wording.ts";

/** What a program that answers on a list adds; a reply made at the command line has none of it. */
export interface ListReply {
  /** `Name <address>`, decoded: to whom, and who gets a copy; they replace what the patch itself says. */
  readonly to: readonly string[];
  readonly cc: readonly string[];
  /** Comments in one mail; what is left out is counted. */
  readonly most: number;
  /** What an earlier mail told and what is still so, a sentence each. */
  readonly repeated: readonly { readonly fingerprint: string; readonly sentence: string }[];
}

export interface MailOptions {
  readonly tool: { readonly name: string; readonly version: string };
  /** `Name <address>` of the sender; not repeated in Cc. */
  readonly from: string;
  /** The right side of our message ids. */
  readonly domain: string;
  /** An RFC 5322 date, or null to leave the header to whoever sends. */
  readonly date: string | null;
  /** One sentence: how to say that the mail is wrong or unwanted. */
  readonly closing: string;
}

/** What a reply of a person at the command line closes with. */
export const PERSONAL_CLOSING = "If it is wrong or unwanted, please say so in a reply to this mail.";

export function renderMail(
  review: Review,
  patch: ReviewedPatch,
  options: MailOptions,
  list: ListReply | null = null,
): string | null {
  const all = mailedFindings(review, patch);
  const findings = all.slice(0, list?.most ?? all.length);
  const repeated = list?.repeated ?? [];
  const others = togetherParagraph(review, patch, findings);
  if (findings.length + repeated.length === 0 && others === null) return null;
  const body = [
    ...attributionOf(patch),
    ...quotedPart(review, patch, findings),
    ...(others === null ? [] : ["", ...ownText(others.text)]),
    ...moreOf(all.length - findings.length),
    ...repeated.flatMap(({ sentence }) => ["", ...ownText(sentence)]),
    "",
    "-- ",
    ...ownText(`Automatic check by ${options.tool.name} ${options.tool.version}; ${baseOf(patch)}.`),
    ...ownText(options.closing),
  ].join("\n");
  const identity = [
    ...sortedFingerprints(findings),
    ...(others?.identity ?? []),
    ...repeated.map(({ fingerprint }) => fingerprint),
  ];
  return `${headersOf(patch, { identity, body, list }, options).join("\n")}\n\n${body}\n`;
}

function moreOf(count: number): string[] {
  if (count <= 0) return [];
  return [
    "",
    ...ownText(`There ${count === 1 ? "is one more finding" : `are ${count} more findings`} in this patch.`),
  ];
}

/** One mail for each patch that there is something to say about, in series order. */
export function renderMails(review: Review, options: MailOptions): string[] {
  return review.patches.flatMap((patch) => renderMail(review, patch, options) ?? []);
}

/** Only what the patch brings or makes possible: nobody is told of old bugs as if they were new. */
function mailedFindings(review: Review, patch: ReviewedPatch): Finding[] {
  return review.findings
    .filter((finding) => finding.patch === patch.index)
    .filter((finding) => finding.change === "introduced" || finding.change === "exposed")
    .sort(compareFindings);
}

interface Written {
  /** What makes it this mail and no other. */
  readonly identity: readonly string[];
  readonly body: string;
  readonly list: ListReply | null;
}

function headersOf(patch: ReviewedPatch, { identity, body, list }: Written, options: MailOptions): string[] {
  const parent = patch.messageId;
  const headers = [
    addressHeader("From", [options.from]),
    addressHeader("To", list?.to ?? recipients(patch).slice(0, 1)),
    addressHeader("Cc", list?.cc ?? copies(patch, options)),
    textHeader(
      "Subject",
      `Re: ${patch.subject.replace(/^(?:\s*re\s*:)+\s*/i, "").slice(0, LONGEST_SUBJECT)}`,
    ),
    options.date === null ? null : textHeader("Date", options.date),
    tokenHeader("Message-ID", [messageIdOf(patch, identity, options)]),
    parent === null ? null : tokenHeader("In-Reply-To", [parent]),
    parent === null ? null : tokenHeader("References", threadOf(patch.mail?.references ?? [], parent)),
    "Auto-Submitted: auto-generated",
    "X-Patchwork-Hint: ignore",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=UTF-8",
    `Content-Transfer-Encoding: ${isAscii(body) ? "7bit" : "8bit"}`,
  ];
  return headers.filter((header) => header !== null);
}

/** A thread that is longer is known by its first mail and its last ones. */
const MOST_REFERENCES = 50;

function threadOf(references: readonly string[], parent: string): string[] {
  const usable = references.filter((id) => isMessageId(id) && id !== parent);
  const [first, ...others] = usable;
  return [...(first === undefined ? [] : [first]), ...others.slice(1 - MOST_REFERENCES), parent];
}

/** The author first; without a usable one, the first address that the patch was sent to. */
function recipients(patch: ReviewedPatch): string[] {
  const all = [
    ...(patch.author === null ? [] : [patch.author]),
    ...(patch.mail?.to ?? []),
    ...(patch.mail?.cc ?? []),
  ];
  const seen = new Set<string>();
  return all.filter((text) => {
    const address = parseMailbox(text)?.address.toLowerCase();
    if (address === undefined || seen.has(address)) return false;
    seen.add(address);
    return true;
  });
}

function copies(patch: ReviewedPatch, options: MailOptions): string[] {
  const own = parseMailbox(options.from)?.address.toLowerCase();
  return recipients(patch)
    .slice(1)
    .filter((text) => parseMailbox(text)?.address.toLowerCase() !== own);
}

/**
 * The same reply has the same id, so that a second sending after a crash is known as
 * one; another major version may say other things and has another.
 */
function messageIdOf(
  patch: ReviewedPatch,
  identity: readonly string[],
  { tool, domain }: MailOptions,
): string {
  const [major = "0"] = tool.version.split(".");
  const parts = [patch.messageId ?? patch.subject, major, ...identity];
  return `<${hashOfAll(["reply", ...parts])}${hashOfAll(["id", ...parts])}@${domain}>`;
}

/** A subject that is longer is nobody's title. */
const LONGEST_SUBJECT = 900;
const LONGEST_DATE = 80;

function attributionOf({ author: written, date }: ReviewedPatch): string[] {
  const author = written === null ? null : parseMailbox(written)?.name || written;
  const isName = author !== null && author.length <= LONGEST_NAME;
  const who = isName ? `${author} wrote:` : "The patch says:";
  return ownText(!isName || date === null || date.length > LONGEST_DATE ? who : `On ${date}, ${who}`);
}

interface Placed {
  readonly finding: Finding;
  readonly anchor: Anchor;
}

function quotedPart(review: Review, patch: ReviewedPatch, findings: readonly Finding[]): string[] {
  const hunks = numberedHunks(patch.diffs);
  const placed = findings.map((finding): Placed => ({ finding, anchor: anchorOf(finding, hunks) }));
  const parts = hunks.flatMap((hunk, index) => {
    const comments = placed.flatMap(({ finding, anchor }) =>
      anchor.kind === "line" && anchor.hunk === index
        ? [commentBelow(review, patch, finding, anchor, hunk)]
        : [],
    );
    return comments.length === 0 ? [] : [quoteHunk(hunk, comments)];
  });
  const behind = placed
    .filter(({ anchor }) => anchor.kind === "end")
    .map(({ finding }) => commentOf(finding, notesOf(review, finding), whereOf(finding)));
  return [...separated(parts), ...behind.flatMap((text) => ["", ...text])];
}

/** Between two quoted hunks lies what was cut. */
function separated(parts: readonly (readonly string[])[]): string[] {
  return parts.flatMap((part, index) => (index === 0 ? part : ["", "[...]", "", ...part]));
}

function commentBelow(
  review: Review,
  patch: ReviewedPatch,
  finding: Finding,
  anchor: Extract<Anchor, { kind: "line" }>,
  hunk: NumberedHunk,
): PlacedComment {
  const isShown = anchor.exact && patch.diffs.length === 1;
  return {
    line: anchor.line,
    involved: involvedLines(finding, hunk).filter((line) => line <= anchor.line),
    text: commentOf(finding, notesOf(review, finding), isShown ? null : whereOf(finding)),
  };
}

function whereOf(finding: Finding): string {
  return `In ${finding.function}(), ${finding.file}`;
}

function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII
  return /^[\u0000-\u007f]*$/.test(text);
}
