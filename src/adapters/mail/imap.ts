/**
 * A mailbox behind IMAP, read by UID.
 *
 * Each look opens a connection and closes it: nothing is left idle that could hang.
 * A watchdog ends a look on which nothing happens.
 */
import type { ImapFlow } from "imapflow";
import { InputError, ServiceError } from "../../base/index.ts";
import type { MailSource, RawMail, SourceBatch, SourceQuestion } from "../../review/index.ts";

export interface ImapOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** TLS from the start; otherwise STARTTLS where the server offers it. */
  readonly secure: boolean;
  readonly user: string;
  readonly password: string;
  readonly mailbox: string;
  readonly isList: boolean;
  readonly allowSelfSigned: boolean;
  /** Silence for so long ends the look. */
  readonly patienceMs: number;
}

interface ImapPosition {
  /** The server gives all UIDs anew when this number changes. */
  readonly validity: string;
  readonly uid: number;
  /** ISO time: older mails were there before the bot. */
  readonly start: string;
  /** Whether a person asked for that time; else the numbers alone tell what is new. */
  readonly isAsked?: boolean;
}

const BATCH = 100;
/** No patch is as large: of a mail with more, the rest is not fetched. */
const MOST_OF_MAIL = 16 << 20;
const DAY_MS = 86_400_000;

export function imapSource(options: ImapOptions): MailSource {
  return {
    name: options.name,
    isList: options.isList,
    read: (position, asked) => readMailbox(options, position, asked),
    close: async () => {},
  };
}

async function* readMailbox(
  options: ImapOptions,
  position: string | null,
  asked: SourceQuestion,
): AsyncGenerator<SourceBatch> {
  const known = position === null ? null : parsePosition(options.name, position);
  const client = await newClient(options);
  const watched = watchdog(client, options);
  try {
    await watched(client.connect());
    const lock = await watched(client.getMailboxLock(options.mailbox, { readOnly: true }));
    try {
      yield* newMails(client, known, { asked, watched });
    } finally {
      lock.release();
    }
  } finally {
    await client.logout().catch(() => client.close());
  }
}

type Watched = <T>(step: Promise<T>) => Promise<T>;

async function newClient(options: ImapOptions): Promise<ImapFlow> {
  const { ImapFlow } = await import("imapflow");
  const client = new ImapFlow({
    host: options.host,
    port: options.port,
    secure: options.secure,
    auth: { user: options.user, pass: options.password },
    tls: { rejectUnauthorized: !options.allowSelfSigned },
    logger: false,
    disableAutoIdle: true,
    socketTimeout: options.patienceMs,
    greetingTimeout: options.patienceMs,
    connectionTimeout: options.patienceMs,
  });
  // The step that runs learns of it; without a listener the event would end the process.
  client.on("error", () => {});
  return client;
}

function watchdog(client: ImapFlow, { host, port, patienceMs }: ImapOptions): Watched {
  return async (step) => {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, fail) => {
      timer = setTimeout(() => {
        client.close();
        fail(new Error(`nothing happened for ${Math.round(patienceMs / 1000)} s`));
      }, patienceMs);
    });
    try {
      return await Promise.race([step, silence]);
    } catch (cause) {
      throw unreachable(`${host}:${port}`, cause);
    } finally {
      clearTimeout(timer);
    }
  };
}

function unreachable(place: string, cause: unknown): ServiceError {
  const response = typeof cause === "object" && cause !== null ? Reflect.get(cause, "responseText") : null;
  const message = cause instanceof Error ? cause.message : String(cause);
  const why = typeof response === "string" && response !== "" ? response : (message.split("\n")[0] ?? "");
  return new ServiceError(`imap ${place}: the mailbox cannot be read (${why})`, {
    hint: "It is tried again; check the host, the user and the mailbox's name.",
    cause,
  });
}

interface Look {
  readonly asked: SourceQuestion;
  readonly watched: Watched;
}

async function* newMails(
  client: ImapFlow,
  known: ImapPosition | null,
  { asked, watched }: Look,
): AsyncGenerator<SourceBatch> {
  const { mailbox } = client;
  if (mailbox === false) return;
  const validity = String(mailbox.uidValidity);
  const start = known?.start ?? (asked.since ?? asked.now).toISOString();
  const isAnew = known !== null && known.validity !== validity;
  const last = mailbox.uidNext - 1;
  if (known === null && asked.since === null) {
    yield { mails: [], position: JSON.stringify({ validity, uid: last, start }), left: 0 };
    return;
  }
  const after = known === null || isAnew ? 0 : known.uid;
  const notice = "the server numbered its mails anew; those since the start are looked at again";
  const isAsked = known === null ? asked.since !== null : known.isAsked === true;
  const positionAt = (uid: number) => JSON.stringify({ validity, uid, start, isAsked });
  if (isAnew) yield { mails: [], position: positionAt(0), left: null, notice };
  if (last <= after) return;
  const from = isAsked || isAnew ? wholeSecond(start) : null;
  const query = {
    uid: `${after + 1}:${last}`,
    ...(from === null ? {} : { since: from }),
    // IMAP searches by day: what comes later on the last day is left out below.
    ...(asked.until === null ? {} : { before: new Date(asked.until.getTime() + DAY_MS) }),
  };
  const found = (await watched(client.search(query, { uid: true }))) || [];
  const uids = [...found].filter((uid) => uid > after).sort((left, right) => left - right);
  for (let at = 0; at < uids.length; at += BATCH) {
    const run = uids.slice(at, at + BATCH);
    const mails = await fetchMails(client, run, { ...asked, from, watched });
    yield { mails, position: positionAt(run.at(-1) ?? after), left: Math.max(0, uids.length - at - BATCH) };
  }
}

interface Period extends Pick<SourceQuestion, "until" | "now"> {
  /** Null for all. */
  readonly from: Date | null;
  readonly watched: Watched;
}

/** Servers tell no fractions of a second. */
function wholeSecond(time: string): Date {
  return new Date(Math.floor(Date.parse(time) / 1000) * 1000);
}

/** IMAP searches by day; what came earlier on the first day was there before the bot. */
async function fetchMails(
  client: ImapFlow,
  uids: readonly number[],
  { from, until, now, watched }: Period,
): Promise<RawMail[]> {
  const mails: RawMail[] = [];
  const query = { uid: true, source: { maxLength: MOST_OF_MAIL }, internalDate: true };
  const answers = client.fetch(uids.join(","), query, { uid: true })[Symbol.asyncIterator]();
  // The server may take its time for each mail, and not for all of them together.
  for (let next = await watched(answers.next()); next.done !== true; next = await watched(answers.next())) {
    const { source, internalDate } = next.value;
    const at = internalDate === undefined ? now : new Date(internalDate);
    const isAsked = (from === null || at >= from) && (until === null || at < until);
    if (source !== undefined && isAsked) mails.push({ bytes: source, receivedAt: at > now ? now : at });
  }
  return mails;
}

function parsePosition(name: string, text: string): ImapPosition {
  try {
    return JSON.parse(text) as ImapPosition;
  } catch (cause) {
    throw new InputError(`source ${name}: its remembered position is not one of an IMAP mailbox`, {
      hint: "Give the source another name: it then starts at now, or at --since.",
      cause,
    });
  }
}
