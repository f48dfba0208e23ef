/**
 * One settled mail to a verdict on its series: put together, reviewed on its base,
 * and kept with its replies. Whatever is decided is decided once, also by two workers.
 */
import { createHash } from "node:crypto";
import { Failure, PatchError } from "../base/index.ts";
import { type Message, selectPatches } from "../patch/index.ts";
import { renderJson } from "../reports/index.ts";
import type { Job, KnownMail, KnownReview, Review } from "../review/index.ts";
import { type FoundSeries, findSeries } from "./find-series.ts";
import { lineageOf } from "./lineage.ts";
import { repliesTo } from "./reply.ts";
import { type BotSettings, laterOf, minutesAfter } from "./settings.ts";
import type { Workshop } from "./workshop.ts";

/**
 * @param mail of the job
 * @throws {ServiceError} when an outside service failed: the job is still the worker's, and comes again
 */
export async function workOn(job: Job, mail: KnownMail | null, shop: Workshop): Promise<void> {
  await shop.checkpoint(4);
  if (mail === null || mail.state !== "queued") return shop.store.finish(job);
  const now = shop.now();
  const found = await findSeries(mail, shop.store, now);
  if (found === null) {
    await shop.store.settle([mail.messageId], "left", "another mail takes its place in the series", now);
    return shop.store.finish(job);
  }
  const wait = waitFor(found, shop.settings, now);
  if (wait !== null) return shop.store.defer(job, wait.until, wait.why, now);
  const earlier = await earlierOf(mail, found, shop);
  if (earlier !== null)
    return shop.store.defer(
      job,
      minutesAfter(now, TURN_MINUTES),
      `${earlier} of the same sender comes first`,
      now,
    );
  const mails = found.members.map(({ messageId }) => messageId);
  const why = whyNot(found);
  if (why === null) await judge(found, shop);
  else await shop.store.settle(mails, found.series.complete ? "left" : "incomplete", why, now);
  await shop.checkpoint(7);
  await shop.store.finish(job);
}

const TURN_MINUTES = 1;

/** What was told about one revision must be known before the next is judged, by whichever worker. */
async function earlierOf(
  { sender }: KnownMail,
  { members }: FoundSeries,
  { store }: Workshop,
): Promise<string | null> {
  const before = new Date(Math.min(...members.map(({ receivedAt }) => receivedAt.getTime())));
  return store.queuedBefore({ sender, before, except: members.map(({ messageId }) => messageId) });
}

/** While a part may still come, or has only just come, the series is left in peace. */
function waitFor(
  { series, members }: FoundSeries,
  { times }: BotSettings,
  now: Date,
): { readonly until: Date; readonly why: string } | null {
  const last = members.reduce((latest, { receivedAt }) => laterOf(latest, receivedAt), new Date(0));
  const settled = minutesAfter(last, times.settleMinutes);
  if (settled > now) return { until: settled, why: "the series is not settled: a part came late" };
  const deadline = minutesAfter(last, times.incompleteMinutes);
  if (!series.complete && deadline > now)
    return { until: deadline, why: `${missingOf(series)} is waited for` };
  return null;
}

function missingOf({ parts, total }: FoundSeries["series"]): string {
  const missing = parts.flatMap((part, at) => (part === null ? [`${at + 1}/${total}`] : []));
  const shown = missing.slice(0, 5).join(", ");
  return `part ${shown}${missing.length > 5 ? " and more" : ""}`;
}

function whyNot({ series, newer }: FoundSeries): string | null {
  const [next] = newer.filter(({ complete }) => complete);
  if (next !== undefined) return `v${next.revision} of the series is here already`;
  return series.complete ? null : `the series is incomplete: ${missingOf(series)} never came`;
}

async function judge(found: FoundSeries, shop: Workshop): Promise<void> {
  const parts = found.messages.map(({ messageId }) => messageId);
  const id = createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 32);
  const lineage = await lineageOf(found, id, shop.store);
  const verdict = await verdictOn(found.messages, shop);
  const review: KnownReview = {
    id,
    lineage,
    subject: found.series.subject,
    author: found.series.sender,
    revision: found.series.revision,
    parts,
    createdAt: shop.now(),
    ...verdict.kept,
  };
  const replies = verdict.done === null ? [] : await repliesTo(verdict.done, found, { shop, lineage });
  await shop.checkpoint(5);
  await shop.store.keepReview({ review, mails: parts, replies });
  await shop.checkpoint(6);
}

interface Verdict {
  readonly kept: Pick<KnownReview, "base" | "outcome" | "note" | "document">;
  readonly done: Review | null;
}

async function verdictOn(messages: readonly Message[], shop: Workshop): Promise<Verdict> {
  const without = (outcome: KnownReview["outcome"], note: string): Verdict => ({
    kept: { base: null, outcome, note, document: null },
    done: null,
  });
  try {
    const selection = selectPatches(messages);
    const done = await shop.review(selection).catch((error: unknown) => {
      if (error instanceof PatchError) return without("not-applied", error.message);
      throw error;
    });
    if ("kept" in done) return done;
    const [first] = done.patches;
    const isTold = done.findings.some(({ change }) => change === "introduced" || change === "exposed");
    return {
      kept: {
        base: first?.base ?? null,
        outcome: isTold ? "findings" : "silent",
        note: [first?.base ?? "", first?.baseFound ?? ""].filter((part) => part !== "").join(", "),
        document: renderJson(done),
      },
      done,
    };
  } catch (error) {
    if (error instanceof PatchError) return without("damaged", error.message);
    if (error instanceof Failure && error.status === 4) throw error;
    // A defect of ours is this series' bad luck, and nobody else's: it is kept for whoever looks.
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return without("not-reviewed", `a defect of lockspan: ${what.split("\n").slice(0, 3).join(" ")}`);
  }
}
