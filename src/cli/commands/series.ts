/**
 * `lockspan series MAIL…`: reads mails, mboxes and diffs, and says what it
 * understood, without a tree.
 */
import { readInputs } from "../../adapters/index.ts";
import { InputError } from "../../base/index.ts";
import {
  assembleSeries,
  type Mailbox,
  type MessageEntry,
  mailboxDocument,
  readMessages,
  type SeriesEntry,
} from "../../patch/index.ts";

export interface SeriesArgs {
  /** Paths, or `-` for standard input. */
  readonly inputs: readonly string[];
  readonly format: "text" | "json";
}

/**
 * @returns what to print, with its last newline
 * @throws {InputError} when nothing is named
 * @throws {PatchError} when a named file is not there; a mail's content never throws
 */
export async function runSeries({ inputs, format }: SeriesArgs): Promise<string> {
  if (inputs.length === 0) {
    throw new InputError("there is no mail to read", {
      hint: 'Name a mail, an mbox or "-": lockspan series MAIL',
    });
  }
  const read = await readInputs(inputs);
  const mailbox = assembleSeries(read.flatMap(({ bytes }) => readMessages(bytes)));
  return format === "json" ? `${JSON.stringify(mailboxDocument(mailbox), null, 2)}\n` : seriesText(mailbox);
}

/** One paragraph a series, then the mails that are no part of one. */
function seriesText(mailbox: Mailbox): string {
  const { messages, series } = mailboxDocument(mailbox);
  const byId = new Map(messages.map((message) => [message.messageId, message]));
  const shown = new Set(series.flatMap((each) => [each.cover, ...each.parts, ...each.extra]));
  const others = messages.filter((message) => !shown.has(message.messageId));
  const paragraphs = [
    ...series.map((each) => seriesParagraph(each, byId)),
    ...(others.length === 0 ? [] : [["no part of a series:", ...others.map(otherLine)].join("\n")]),
  ];
  const empty = messages.length === 0 ? ["no mail and no diff"] : [];
  return `${printable([...paragraphs, ...empty].join("\n\n"))}\n`;
}

/** Mails are strangers' texts: no control character of theirs reaches the terminal. */
function printable(text: string): string {
  return text.replace(/(?!\n)[\p{Cc}\p{Bidi_Control}]/gu, "?");
}

type ById = ReadonlyMap<string, MessageEntry>;

function seriesParagraph(series: SeriesEntry, byId: ById): string {
  const present = series.parts.filter((part) => part !== null).length;
  const count = series.complete
    ? `${present} ${present === 1 ? "patch" : "patches"}`
    : `${present} of ${series.total} patches`;
  const extra = series.extra.length === 0 ? "" : ` and ${series.extra.length} extra`;
  const revision = series.revision === 1 ? "" : `, v${series.revision}`;
  const title = series.subject === "" ? "(no subject)" : series.subject;
  const author = series.author === "" ? "" : `by ${series.author}, `;
  return [
    title,
    `  ${author}${count}${extra}${revision}${series.complete ? "" : ", incomplete"}`,
    ...(series.cover === null ? [] : [`  0/${series.total}  ${titleOf(byId.get(series.cover))}`]),
    ...series.parts.flatMap((id, index) =>
      id === null ? [] : partLines(`${index + 1}/${series.total}`, byId.get(id)),
    ),
    ...series.extra.flatMap((id) => partLines(`${byId.get(id)?.index ?? "?"}/${series.total}`, byId.get(id))),
    ...missingLine(series),
  ].join("\n");
}

function missingLine({ parts, total }: SeriesEntry): readonly string[] {
  const missing = parts.flatMap((id, index) => (id === null ? [`${index + 1}/${total}`] : []));
  if (missing.length === 0) return [];
  const more = missing.length > MISSING_SHOWN ? ` and ${missing.length - MISSING_SHOWN} more` : "";
  return [`  missing: ${missing.slice(0, MISSING_SHOWN).join(", ")}${more}`];
}

const MISSING_SHOWN = 12;

function partLines(number: string, part: MessageEntry | undefined): readonly string[] {
  if (part === undefined) return [];
  const files = part.files.length === 0 ? "no file" : part.files.join(", ");
  const hunks = `${part.hunks} ${part.hunks === 1 ? "hunk" : "hunks"}`;
  return [
    `  ${number}  ${titleOf(part)}`,
    `       ${hunks} in ${files}`,
    ...(part.damaged === null ? [] : [`       damaged: ${part.damaged}`]),
    ...(part.reason === null ? [] : [`       set aside: ${part.reason}`]),
  ];
}

function titleOf(message: MessageEntry | undefined): string {
  return message === undefined || message.subject === "" ? "(no subject)" : message.subject;
}

function otherLine(message: MessageEntry): string {
  const reason = message.reason === null ? "" : `: ${message.reason}`;
  return `  ${message.kind}  ${titleOf(message)}${reason}`;
}
