/**
 * `npm run bench -- fuzz [--seconds N] [--seed N]`: changed mails, for as long as asked. What fails is
 * made as small as it can be, and printed.
 */
import { parseArgs } from "node:util";
import fc from "fast-check";
import { changedMails, checkMail } from "../../testing/bot/fuzz-mail.ts";

const ENDLESS = 1_000_000_000;

export function runFuzz(args: readonly string[]): void {
  const { values } = parseArgs({
    args: [...args],
    options: { seconds: { type: "string", default: "60" }, seed: { type: "string" } },
  });
  const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
  let runs = 0;
  let bytes = 0;
  let slowest = 0;
  const property = fc.property(changedMails(), (mail) => {
    const started = performance.now();
    checkMail(mail);
    runs += 1;
    bytes += mail.length;
    slowest = Math.max(slowest, performance.now() - started);
  });
  const details = fc.check(property, {
    seed,
    numRuns: ENDLESS,
    interruptAfterTimeLimit: Number(values.seconds) * 1000,
    markInterruptAsFailure: false,
  });
  console.log(
    `${runs} mails of ${Math.round(bytes / Math.max(1, runs))} bytes, the slowest took ${slowest.toFixed(0)} ms; seed ${seed}`,
  );
  if (!details.failed || details.counterexample === null) return;
  const [mail] = details.counterexample;
  const why =
    details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance);
  console.log(`fails: ${why}\n${JSON.stringify(mail.toString("latin1"))}`);
  process.exitCode = 1;
}
