/**
 * `npm run bench -- fuzz [--what c|mail|rules] [--seconds N] [--seed N]`: changed inputs, for as long as
 * asked, a third of the time for each when none is named. What fails is made as small as it can be,
 * printed, and kept in `fixtures/fuzz`, where the tests read it.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";
import fc from "fast-check";
import { changedMails, checkMail } from "../../testing/bot/fuzz-mail.ts";
import { FIXTURES } from "../../testing/fixture-files.ts";
import { changedSources, checkSource } from "../../testing/fuzz/fuzz-c.ts";
import { changedPacks, checkPack } from "../../testing/fuzz/fuzz-rules.ts";

const ENDLESS = 1_000_000_000;

interface Target {
  readonly what: string;
  readonly inputs: () => fc.Arbitrary<Buffer>;
  readonly check: (bytes: Buffer) => void | Promise<void>;
  /** What else there is to say when it is over. */
  readonly report?: () => string;
}

export async function runFuzz(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      what: { type: "string" },
      seconds: { type: "string", default: "60" },
      seed: { type: "string" },
    },
  });
  const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
  const targets = allTargets().filter(({ what }) => values.what === undefined || what === values.what);
  if (targets.length === 0)
    throw new Error(`nothing called "${values.what}" is fuzzed; there are c, mail, rules`);
  for (const target of targets) await fuzz(target, seed, Number(values.seconds) / targets.length);
}

function allTargets(): Target[] {
  const seen = new Set<string>();
  return [
    {
      what: "c",
      inputs: changedSources,
      check: (source) => checkSource(source, seen),
      report: () => coverageOf(seen),
    },
    { what: "mail", inputs: changedMails, check: checkMail },
    { what: "rules", inputs: changedPacks, check: checkPack },
  ];
}

async function fuzz({ what, inputs, check, report }: Target, seed: number, seconds: number): Promise<void> {
  let runs = 0;
  let bytes = 0;
  let slowest = 0;
  const property = fc.asyncProperty(inputs(), async (input) => {
    const started = performance.now();
    await check(input);
    runs += 1;
    bytes += input.length;
    slowest = Math.max(slowest, performance.now() - started);
  });
  const details = await fc.check(property, {
    seed,
    numRuns: ENDLESS,
    interruptAfterTimeLimit: seconds * 1000,
    markInterruptAsFailure: false,
  });
  const size = Math.round(bytes / Math.max(1, runs));
  console.log(
    `${what}: ${runs} inputs of ${size} bytes, the slowest took ${slowest.toFixed(0)} ms; seed ${seed}${report === undefined ? "" : `; ${report()}`}`,
  );
  if (!details.failed || details.counterexample === null) return;
  const [input] = details.counterexample;
  const why =
    details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance);
  console.log(
    `${what} fails: ${why}\n${JSON.stringify(input.toString("latin1"))}\nkept as ${keep(what, input)}`,
  );
  process.exitCode = 1;
}

function keep(what: string, input: Buffer): string {
  const name = `${what}-${createHash("sha256").update(input).digest("hex").slice(0, 12)}`;
  writeFileSync(join(FIXTURES, "fuzz", name), input);
  return `fixtures/fuzz/${name}`;
}

/** Of the named kinds of nodes that the grammar has. */
function coverageOf(seen: ReadonlySet<string>): string {
  const file = createRequire(import.meta.url).resolve("tree-sitter-c/src/node-types.json");
  const types = JSON.parse(readFileSync(file, "utf8")) as readonly {
    readonly type: string;
    readonly named: boolean;
    readonly subtypes?: unknown;
  }[];
  const kinds = types
    .filter(({ named, subtypes }) => named && subtypes === undefined)
    .map(({ type }) => type);
  const missed = kinds.filter((kind) => !seen.has(kind));
  return `${kinds.length - missed.length} of ${kinds.length} kinds of nodes met, not ${missed.join(", ")}`;
}
