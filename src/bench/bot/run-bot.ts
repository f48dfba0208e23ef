/**
 * `npm run bench -- bot [--patches N] [--mails N]`: how fast the bot catches up with an archive,
 * as whole processes of the built program, and how much memory that takes.
 *
 * What the start costs (an empty archive and a new store) is measured first and taken off. CPU time is
 * printed beside wall time, because it is the same on a machine that does other things as well.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { postgresPrograms, startPostgres } from "../../testing/servers/postgres.ts";
import { findXenTree, HOW_TO_GET_XEN, readXenFile, SMMU } from "../../testing/xen/xen-tree.ts";
import { type WatchedRun, watchRun } from "../measure.ts";
import { randomFrom } from "../mutants/random.ts";
import { summarise } from "../statistics.ts";
import { LIST, patchMail, talkMail, writeArchive, writeMbox } from "./archive.ts";
import { patchesOf } from "./patches.ts";
import { type Pace, timeWorkers } from "./workers.ts";

export async function runBotBench(args: readonly string[], root: string): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { patches: { type: "string", default: "1200" }, mails: { type: "string", default: "10000" } },
  });
  // What an earlier run has reviewed is to be reviewed again.
  process.env["LOCKSPAN_CACHE"] = "off";
  const scratch = join(root, ".cache/bench-bot");
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const tree = findXenTree(root);
  if (tree === null) console.log(HOW_TO_GET_XEN);
  const bench = { root, scratch, tree: tree === null ? scratch : committed(tree, scratch) };
  try {
    console.log(row(["", "items", "s", "a second", "CPU s", "a CPU s", "peak MB"]));
    const start = await measure(bench, { name: "empty", kind: "public-inbox", count: 0, start: null });
    await measureTalk(bench, Number(values.mails), start);
    if (tree !== null) await measurePatches(bench, { tree, count: Number(values.patches), start });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

interface Bench {
  readonly root: string;
  readonly scratch: string;
  /** A git repository, as operators have it. */
  readonly tree: string;
}

/** The tree's objects in a repository of its own; nothing is written into the tree. */
function committed(tree: string, scratch: string): string {
  const repository = join(scratch, "tree.git");
  const git = (args: readonly string[]) =>
    execFileSync(
      "git",
      ["--git-dir", repository, "--work-tree", tree, "-c", "user.name=x", "-c", "user.email=x@x", ...args],
      {
        stdio: "ignore",
      },
    );
  git(["init", "-q"]);
  git(["add", "-f", "xen", ...["MAINTAINERS"].filter((name) => existsSync(join(tree, name)))]);
  git(["commit", "-qm", "the tree"]);
  git(["config", "core.bare", "true"]);
  return repository;
}

async function measureTalk(bench: Bench, count: number, start: WatchedRun): Promise<void> {
  const random = randomFrom(1);
  const talk = Array.from({ length: count }, (_, number) => talkMail(number, random));
  const few = Math.ceil(count / 10);
  for (const [name, mails] of [
    ["a tenth of them", talk.slice(0, few)],
    ["mails that are no patches", talk],
  ] as const) {
    writeArchive(join(bench.scratch, name), mails);
    await measure(bench, { name, kind: "public-inbox", count: mails.length, start });
  }
  const name = "the same in an mbox";
  writeMbox(join(bench.scratch, name), talk);
  await measure(bench, { name, kind: "mbox", count, start });
}

interface PatchBench {
  readonly tree: string;
  readonly count: number;
  readonly start: WatchedRun;
}

async function measurePatches(bench: Bench, { tree, count, start }: PatchBench): Promise<void> {
  const patches = patchesOf(SMMU, readXenFile(tree, SMMU), count);
  const name = "patches of smmu.c";
  writeArchive(join(bench.scratch, name), patches.map(patchMail));
  await measure(bench, { name, kind: "public-inbox", count: patches.length, start });
  // Asked for by whoever runs the benchmark, as the tests' servers are.
  process.env["LOCKSPAN_SERVERS"] ??= "1";
  const programs = postgresPrograms();
  if (programs === null) return console.log("PostgreSQL is not installed: workers are not measured");
  const database = await startPostgres(programs);
  try {
    const config = configOf(bench, { name, kind: "public-inbox", databaseUrl: database.url });
    const asked = { patches: patches.length, databasePid: database.pid() };
    printWorkers(await timeWorkers(bench.root, config, asked));
  } finally {
    await database.stop();
  }
}

function printWorkers(paces: readonly Pace[]): void {
  console.log(row(["", "items", "s", "a second", "ms CPU", "ms database", "idle %"]));
  const [one = [], two = []] = [1, 2].map((workers) => paces.filter((pace) => pace.workers === workers));
  console.log(row(["PostgreSQL, 1 worker", ...cellsOf(one)]));
  console.log(row(["PostgreSQL, 2 workers", ...cellsOf(two)]));
  const rate = ({ reviews, seconds }: Pace) => reviews / seconds;
  const ratios = two.flatMap((pace, at) => {
    const before = one[at];
    return before === undefined ? [] : [rate(pace) / rate(before)];
  });
  const [least, median, most] = [Math.min(...ratios), summarise(ratios).median, Math.max(...ratios)].map(
    (ratio) => ratio.toFixed(2),
  );
  console.log(
    `two workers do ${median} times as much as one (median of ${ratios.length}: ${least} to ${most}),`,
  );
  console.log("each after its first patches; times of the processor are for one patch, idle is of all cores");
}

function cellsOf(paces: readonly Pace[]): readonly (string | number)[] {
  const sum = (key: keyof Pace) => paces.reduce((total, pace) => total + pace[key], 0);
  const [patches, seconds] = [sum("reviews"), sum("seconds")];
  const perPatch = (spent: number) => ((spent * 1000) / patches).toFixed(1);
  return [
    patches,
    shown(seconds),
    shown(patches / seconds),
    perPatch(sum("workersCpu")),
    perPatch(sum("databaseCpu")),
    ((100 * sum("idle")) / (seconds * cpus().length)).toFixed(0),
  ];
}

interface Case {
  readonly name: string;
  readonly kind: "public-inbox" | "mbox";
  readonly count: number;
  /** What is taken off; null for the start itself. */
  readonly start: WatchedRun | null;
}

async function measure(bench: Bench, { name, kind, count, start }: Case): Promise<WatchedRun> {
  if (count === 0) writeArchive(join(bench.scratch, name), []);
  const config = configOf(bench, { name, kind, databaseUrl: null });
  const program = join(bench.root, "dist/lockspan.js");
  const args = [program, "bot", "once", "--since", "2025-01-01", "--config", config, "--quiet"];
  const run = await watchRun({ args, cwd: bench.root, statuses: [0] }, 20);
  const seconds = (run.ms - (start?.ms ?? 0)) / 1000;
  const cpu = ((run.cpuMs ?? Number.NaN) - (start?.cpuMs ?? 0)) / 1000;
  const cells = [count, seconds, count / seconds, cpu, count / cpu].map(shown);
  const peak = run.peak === null ? "-" : (run.peak / 1e6).toFixed(0);
  console.log(row([start === null ? "start with a new store" : name, ...cells, peak]));
  return run;
}

interface ConfigParts {
  readonly name: string;
  readonly kind: Case["kind"];
  readonly databaseUrl: string | null;
}

/** @returns the file */
function configOf({ scratch, tree }: Bench, { name, kind, databaseUrl }: ConfigParts): string {
  const config = join(scratch, `${name}.json`);
  const document = {
    tree,
    state: join(scratch, `state of ${name}`),
    databaseUrl,
    from: "lockspan <bot@example.org>",
    human: "Olga Operator <olga@example.org>",
    list: LIST,
    times: { settleMinutes: 0, embargoMinutes: 0 },
    caps: { mailsPerListDay: 1_000_000 },
    pollSeconds: 1,
    sources: [{ kind, name: "archive", place: join(scratch, name) }],
  };
  writeFileSync(config, JSON.stringify(document));
  return config;
}

function shown(value: number): string {
  if (value === 0 || Number.isInteger(value)) return String(value);
  return value.toFixed(value < 100 ? 1 : 0);
}

function row([name = "", ...cells]: readonly (string | number)[]): string {
  return name.toString().padEnd(28) + cells.map((cell) => String(cell).padStart(12)).join("");
}
