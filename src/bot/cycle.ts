/**
 * One round of the bot: what came is kept, what is settled is reviewed, what is due
 * leaves. A source that fails holds nothing else up.
 */
import { Failure, type OnProgress, ServiceError } from "../base/index.ts";
import type { MailSource, NewMail, RawMail, Reception, SourceBatch, Store } from "../review/index.ts";
import { hearAnswer, isWish, type Prove } from "./answers.ts";
import { type Delivery, deliverDue, type PostOffice } from "./deliver.ts";
import { moderationId } from "./moderation.ts";
import { readMail } from "./read-mail.ts";
import { isToUs } from "./recipients.ts";
import { minutesAfter } from "./settings.ts";
import { workOn } from "./work.ts";
import type { Workshop } from "./workshop.ts";

export interface Rounds {
  readonly workshop: Workshop;
  readonly office: PostOffice;
  readonly sources: readonly MailSource[];
  readonly prove: Prove;
  readonly since: Date | null;
  /** An embedded store has one process: whatever is claimed was left behind. */
  readonly isAlone: boolean;
  readonly log: Log;
  /** Told how far a piece of work is. */
  readonly progress: OnProgress;
  /** Asked between two pieces of work. */
  readonly isEnding: () => boolean;
}

export interface LogEntry {
  readonly level: "info" | "warning" | "error";
  readonly what: string;
  readonly [field: string]: string | number | null;
}
export type Log = (entry: LogEntry) => void;

export interface RoundResult {
  readonly received: number;
  readonly worked: number;
  readonly delivered: readonly Delivery[];
  /** Sources and steps that failed; each has been logged. */
  readonly failures: readonly Failure[];
}

export async function oneRound(rounds: Rounds): Promise<RoundResult> {
  const { received, failures } = await receiveAll(rounds);
  const worked = await attempt(rounds, failures, "work", () => workThrough(rounds), 0);
  const delivered = await attempt(
    rounds,
    failures,
    "delivery",
    () => deliverDue(rounds.office, rounds.isAlone),
    [],
  );
  for (const { messageId, conclusion } of delivered)
    rounds.log({ level: "info", what: conclusion.kind, message: messageId, note: conclusion.note });
  return { received, worked, delivered, failures };
}

/** The first step of a round: what came is kept. */
export async function receiveAll(rounds: Rounds): Promise<{ received: number; failures: Failure[] }> {
  const failures: Failure[] = [];
  let received = 0;
  await attempt(rounds, failures, "the clock", () => lookAtClock(rounds), undefined);
  for (const source of rounds.sources) {
    const step = () => receiveFrom(source, rounds);
    received += await attempt(rounds, failures, `source ${source.name}`, step, 0);
  }
  return { received, failures };
}

async function lookAtClock({ workshop: { store, now }, log }: Rounds): Promise<void> {
  const count = await store.setRight(now());
  if (count > 0)
    log({ level: "warning", what: "the clock was ahead: what came then is taken as of now", count });
}

/** A step whose failure is logged and nothing else. */
export async function survived<T>(
  rounds: Rounds,
  what: string,
  step: () => Promise<T>,
  otherwise: T,
): Promise<T> {
  return attempt(rounds, [], what, step, otherwise);
}

/** Only what the world did is survived; a broken promise of ours ends the program. */
async function attempt<T>(
  rounds: Rounds,
  failures: Failure[],
  what: string,
  step: () => Promise<T>,
  otherwise: T,
): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (rounds.isAlone && isStoppedEngine(error)) throw engineStopped(error);
    const failure = error instanceof Failure ? error : databaseFailure(error);
    if (failure === null || failure.status === 70) throw error;
    failures.push(failure);
    rounds.log({ level: "error", what: `${what} failed`, why: failure.message });
    return otherwise;
  }
}

/** PGlite, when a disk without room ended it: only a new process gets it going again. */
function isStoppedEngine(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === "RuntimeError" || /^Aborted\(|read timeout|timeout exceeded/.test(error.message);
}

function engineStopped(cause: unknown): ServiceError {
  return new ServiceError("the embedded database stopped", {
    hint: "Check that the disk has room, and start the bot again: it goes on where it was.",
    cause,
  });
}

/** node-postgres throws errors of its own: a code of five characters, or a broken connection. */
function databaseFailure(error: unknown): Failure | null {
  const code: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "code") : undefined;
  const message = error instanceof Error ? error.message : String(error);
  const isKnown = typeof code === "string" && /^([0-9A-Z]{5}|E[A-Z]+)$/.test(code);
  const isCut = /connection|terminat|timeout|pool/i.test(message);
  return isKnown || isCut ? new DatabaseFailure(`the database failed: ${message}`, { cause: error }) : null;
}

class DatabaseFailure extends Failure {
  override readonly name = "DatabaseFailure";
  readonly status = 4;
}

async function receiveFrom(source: MailSource, rounds: Rounds): Promise<number> {
  const { workshop, since, log } = rounds;
  const { store } = workshop;
  let received = 0;
  const position = await store.positionOf(source.name);
  const asked = { since, until: null, now: workshop.now(), unseen: store.unseen };
  for await (const batch of source.read(position, asked)) {
    if (batch.notice !== undefined) log({ level: "warning", what: batch.notice, source: source.name });
    await workshop.checkpoint(1);
    await keepBatch(source, batch, workshop);
    await workshop.checkpoint(2);
    received += batch.mails.length;
    rounds.progress({ what: `reading ${source.name}`, done: received, left: batch.left });
    if (batch.mails.length > 0)
      log({
        level: "info",
        what: "received",
        source: source.name,
        mails: batch.mails.length,
        left: batch.left,
      });
    if (rounds.isEnding()) break;
  }
  return received;
}

export async function keepBatch(
  source: MailSource,
  { mails, position, items }: SourceBatch,
  workshop: Workshop,
): Promise<readonly Reception[]> {
  const kept: NewMail[] = [];
  for (const mail of mails) kept.push(await keptMail(mail, source, workshop));
  return workshop.store.receive({
    source: source.name,
    position,
    at: workshop.now(),
    mails: kept,
    ...(items === undefined ? {} : { items }),
  });
}

/** An answer to a mail of ours is heard, whatever else it is, and so is a wish that is sent to us. */
async function keptMail(mail: RawMail, source: MailSource, { store, settings }: Workshop): Promise<NewMail> {
  const origin = { source: source.name, isList: source.isList };
  const { kept, message } = readMail(mail, origin, settings);
  if (message === null || kept.kind === "patch" || kept.reason === "it is a mail of ours") return kept;
  if (!/^no\b/i.test(message.autoSubmitted?.trim() ?? "no")) return kept;
  const entry = kept.parent === null ? null : await entryOf(kept.parent, store, settings.domain);
  const isHeard =
    entry !== null || (kept.kind !== "cover" && isToUs(message, settings) && isWish(message.text));
  if (!isHeard) return kept;
  const parent = entry ?? kept.parent;
  return { ...kept, kind: "answer", parent, state: "waiting", reason: null, dueAt: kept.receivedAt };
}

/** The reply that a mail answers: itself, or the mail that showed it to the moderator. */
async function entryOf(parent: string, store: Store, domain: string): Promise<string | null> {
  if (!parent.toLowerCase().endsWith(`@${domain.toLowerCase()}>`)) return null;
  if ((await store.entry(parent)) !== null) return parent;
  const moderated = await store.inState("moderated", 1000);
  return moderated.find(({ messageId }) => moderationId(messageId, domain) === parent)?.messageId ?? null;
}

const RETRY_MINUTES = 5;

/** @returns how many jobs were done */
export async function workThrough(rounds: Rounds): Promise<number> {
  const { workshop, isEnding, prove, log } = rounds;
  const { store } = workshop;
  let worked = 0;
  let planned = 0;
  for (let more = -1; more !== 0; planned += more) more = await store.plan(workshop.now());
  await workshop.checkpoint(3);
  for (let job = await store.take(); job !== null; job = await store.take()) {
    const mail = await store.mail(job.messageId);
    try {
      if (mail?.kind === "answer" && mail.state === "queued") await hearAnswer(job, mail, workshop, prove);
      else await workOn(job, mail, workshop);
    } catch (error) {
      if (!(error instanceof Failure) || error.status !== 4) throw error;
      // git or DNS may be gone for hours; the mail waits as long.
      const until = minutesAfter(workshop.now(), RETRY_MINUTES);
      await store.defer(job, until, error.message, workshop.now());
      log({ level: "warning", what: "put off", message: job.messageId, why: error.message });
    }
    worked += 1;
    rounds.progress({ what: "reviewing", done: worked, left: Math.max(0, planned - worked) });
    if (isEnding()) break;
  }
  return worked;
}
