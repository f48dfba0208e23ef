/** Mails in files: an mbox that grows, a maildir, and files that are named once. */
import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { ServiceError } from "../../base/index.ts";
import { mailInMbox, mailsOfMbox, mboxBounds, type RawMailText } from "../../patch/index.ts";
import type { MailSource, RawMail, SourceBatch, SourceQuestion } from "../../review/index.ts";
import { codeOf } from "../files/file-error.ts";

const BATCH = 200;

interface FileSource {
  readonly name: string;
  readonly path: string;
  readonly isList: boolean;
}

/** Reads what was appended since, mail by mail; a file that shrank is read from its start. */
export function mboxSource({ name, path, isList }: FileSource): MailSource {
  return {
    name,
    isList,
    read: async function* (position, asked) {
      const { size } = await fileStat(path);
      const known = position === null ? null : Number.parseInt(position, 10);
      const since = position === null ? asked.since : sinceIn(position);
      const start = known === null ? (since === null ? size : 0) : known > size ? 0 : known;
      const goesOn = since === null ? "" : ` since ${since.toISOString()}`;
      let done = String(start);
      let count = 0;
      for await (const { mails, end } of appended(path, { start, size })) {
        done = end === size ? String(size) : `${end}${goesOn}`;
        count += mails.length;
        // As many as there would be if they were as long as those so far.
        const left = Math.round(((size - end) / (end - start)) * count);
        yield {
          mails: mails.flatMap((mail) => mailsAskedFor(mail, { ...asked, since })),
          position: done,
          left,
        };
      }
      if (done !== position && done === String(start)) yield { mails: [], position: done, left: 0 };
    },
    close: async () => {},
  };
}

/** A first reading that was interrupted goes on with the date that it was asked for. */
function sinceIn(position: string): Date | null {
  const [, since] = / since (\S+)$/.exec(position) ?? [];
  return since === undefined ? null : new Date(since);
}

/** A maildir has no order: names are remembered, without the flags behind the colon. */
export function maildirSource({ name, path, isList }: FileSource): MailSource {
  return {
    name,
    isList,
    read: async function* (position, asked) {
      const files = await maildirFiles(path);
      if (position === null && asked.since === null) {
        yield { ...batchOf([], "read"), items: files.map(({ item }) => item) };
        return;
      }
      const unseen = new Set(
        await asked.unseen(
          name,
          files.map(({ item }) => item),
        ),
      );
      const wanted = files.filter(({ item }) => unseen.has(item));
      let mails: RawMail[] = [];
      let items: string[] = [];
      for (const [at, { item, file }] of wanted.entries()) {
        mails.push(...(await maildirMail(file, asked)));
        items.push(item);
        const length = mails.reduce((sum, { bytes }) => sum + bytes.length, 0);
        const left = wanted.length - at - 1;
        if (items.length < BATCH && length < MOST_OF_MAIL && left > 0) continue;
        yield { mails, position: "read", items, left };
        mails = [];
        items = [];
      }
      if (position === null && wanted.length === 0) yield batchOf([], "read");
    },
    close: async () => {},
  };
}

/** Named once and read whole; what was seen before is known by its message id. */
export function givenSource(name: string, bytes: Uint8Array): MailSource {
  return {
    name,
    isList: true,
    read: async function* (_, asked) {
      const period = { ...asked, since: null, until: null };
      const mails = mailsOfMbox(bytes).flatMap((mail) => mailsAskedFor(mail, period));
      for (let at = 0; at < mails.length; at += BATCH) {
        const left = Math.max(0, mails.length - at - BATCH);
        yield { mails: mails.slice(at, at + BATCH), position: "given", left };
      }
    },
    close: async () => {},
  };
}

function batchOf(mails: readonly RawMail[], position: string): SourceBatch {
  return { mails, position, left: 0 };
}

type Period = Pick<SourceQuestion, "since" | "until" | "now">;

/** A file does not say when its mails came: their own Date does, unless it lies in the future. */
function mailsAskedFor({ bytes, date }: RawMailText, { since, until, now }: Period): RawMail[] {
  const mail = { bytes, receivedAt: receivedAt(date, now) };
  const isAsked = (since === null || mail.receivedAt >= since) && (until === null || mail.receivedAt < until);
  return isAsked ? [mail] : [];
}

function receivedAt(date: string | null, now: Date): Date {
  const time = date === null ? Number.NaN : Date.parse(date);
  return Number.isNaN(time) || time > now.getTime() || time < 0 ? now : new Date(time);
}

async function maildirFiles(path: string): Promise<{ readonly item: string; readonly file: string }[]> {
  const found: { item: string; file: string }[] = [];
  for (const part of ["new", "cur"]) {
    const folder = join(path, part);
    const names = await readdir(folder).catch((cause: unknown) => Promise.reject(unreadable(path, cause)));
    for (const name of names.sort()) {
      if (!name.startsWith(".")) found.push({ item: name.replace(/:2,.*$/, ""), file: join(folder, name) });
    }
  }
  return found;
}

/** A mail that another reader moves in between is found under its new name the next time. */
async function maildirMail(file: string, { since, until, now }: SourceQuestion): Promise<RawMail[]> {
  try {
    const { mtime } = await stat(file);
    const received = mtime > now ? now : mtime;
    const isAsked = (since === null || received >= since) && (until === null || received < until);
    return isAsked ? [{ bytes: await startOf(file), receivedAt: received }] : [];
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return [];
    throw unreadable(file, cause);
  }
}

async function startOf(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    return await part(file, 0, Math.min((await file.stat()).size, MOST_OF_MAIL));
  } finally {
    await file.close();
  }
}

async function fileStat(path: string): Promise<{ readonly size: number }> {
  return stat(path).catch((cause: unknown) => Promise.reject(unreadable(path, cause)));
}

const PIECE = 1 << 20;
/** No patch is as large: of a mail with more, the rest is not read. */
const MOST_OF_MAIL = 16 << 20;

interface Stretch {
  readonly start: number;
  readonly size: number;
}

interface AppendedBatch {
  readonly mails: readonly RawMailText[];
  /** Of the last mail. */
  readonly end: number;
}

async function* appended(path: string, { start, size }: Stretch): AsyncGenerator<AppendedBatch> {
  if (start === size) return;
  const file = await open(path).catch((cause: unknown) => Promise.reject(unreadable(path, cause)));
  try {
    let mails: RawMailText[] = [];
    let length = 0;
    for await (const bounds of mboxBounds(pieces(file, { start, size }))) {
      const end = start + bounds.end;
      const bytes = await part(
        file,
        start + bounds.start,
        Math.min(end, start + bounds.start + MOST_OF_MAIL),
      );
      mails.push(mailInMbox(bytes, bounds.isMarked));
      length += bytes.length;
      if (mails.length < BATCH && length < MOST_OF_MAIL && end < size) continue;
      yield { mails, end };
      mails = [];
      length = 0;
    }
  } finally {
    await file.close();
  }
}

async function* pieces(file: FileHandle, { start, size }: Stretch): AsyncGenerator<string> {
  for (let at = start; at < size; at += PIECE)
    yield (await part(file, at, Math.min(size, at + PIECE))).toString("latin1");
}

async function part(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
  return buffer.subarray(0, bytesRead);
}

function unreadable(path: string, cause: unknown): ServiceError {
  return new ServiceError(`${path}: the mails cannot be read (${codeOf(cause)})`, {
    hint: "Check the name and the permissions.",
    cause,
  });
}
