/**
 * `npm run bench -- peers [--seed N] [--count N] [--in FOLDER]...`: lockspan beside the tools that are
 * installed, on the same mutants of the same files in the same run, and what each costs.
 *
 * A defect is caught by a tool when it says something of locks that it did not say of the file
 * before, in the function or in one that leads to it; lockspan must name the lock too. A rewrite
 * that changes nothing is a false alarm when anything new is said anywhere.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { matchesFile } from "../../drivers/index.ts";
import type { LoadedPacks } from "../../rules/index.ts";
import { shippedPacks } from "../../testing/xen/xen-packs.ts";
import { cFilesOf, findXenTree, HOW_TO_GET_XEN, readXenFile, SMMU } from "../../testing/xen/xen-tree.ts";
import { measuredOn } from "../machine.ts";
import type { Program } from "../mutants/corpus.ts";
import { withInferredGuards } from "../mutants/inferred-guards.ts";
import { mutantsOver } from "../mutants/make-mutants.ts";
import { annotationsFor } from "./annotate.ts";
import { costOf } from "./cost.ts";
import { type Judge, ownJudge, peerJudge, runTool, type Verdict } from "./judge.ts";
import { primitivesOf } from "./lock-prelude.ts";
import { type Comparison, operatorTable, type PeerResult, peerTable } from "./table.ts";
import { findPeers, type Peer } from "./tools.ts";
import { COMPILER, missingForBuild, prepareBuild, type XenBuild } from "./xen-build.ts";

export async function runPeers(args: readonly string[], root: string): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string", default: "1" },
      count: { type: "string", default: "308" },
      in: {
        type: "string",
        multiple: true,
        default: ["xen/drivers", "xen/arch/arm", "xen/common", "xen/xsm"],
      },
    },
  });
  const tree = findXenTree(root);
  if (tree === null) return console.log(HOW_TO_GET_XEN);
  const missing = missingForBuild();
  if (missing.length > 0)
    return console.log(
      `a build of Xen needs ${missing.join(", ")}: install Debian's packages and run it again`,
    );
  mkdirSync(join(root, ".cache"), { recursive: true });
  const scratch = mkdtempSync(join(root, ".cache/bench-peers-"));
  try {
    const options = { seed: Number(values.seed), count: Number(values.count), folders: values.in };
    const results = await compare({ root, tree, scratch }, options);
    console.log(`${peerTable(results)}\n\n${operatorTable(results)}`);
    const comparison: Comparison = { ...measuredOn(tree), seed: options.seed, results };
    writeFileSync(comparisonFile(root), JSON.stringify(comparison, null, 1));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Where the figures of the last run lie. */
export function comparisonFile(root: string): string {
  return join(root, ".cache/bench-peers.json");
}

interface Places {
  readonly root: string;
  readonly tree: string;
  readonly scratch: string;
}

interface Options {
  readonly seed: number;
  readonly count: number;
  /** Of the tree: its files are mutated. */
  readonly folders: readonly string[];
}

async function compare(places: Places, options: Options): Promise<PeerResult[]> {
  const packs = await shippedPacks();
  const build = prepareBuild(places.tree, places.scratch);
  const { peers, missing } = findPeers({ build, platform: packs.platform, scratch: places.scratch });
  for (const line of missing) console.log(line);
  const judges = [ownJudge(packs), ...peers.map((peer) => peerJudge(peer, build.folder))];
  const programs = await programsOf(places.tree, options.folders, { packs, build });
  const verdicts = await judgeAll(judges, programs, options);
  const costs = [await ownCost(places), ...(await peerCosts(peers, places.tree, { build, packs }))];
  return judges.map(({ name, standing }, index) => {
    const peer = peers[index - 1];
    const { annotations, ...cost } = costs[index] ?? { seconds: 0, peak: null, annotations: 0 };
    const { alarms, unread } = standing();
    return {
      name,
      version: peer?.version ?? ownVersion(places.root),
      given: `${peer?.given ?? "primitives and guards as rule packs"}${annotations > 0 ? `, ${annotations} in smmu.c` : ""}`,
      setUpSeconds: peer?.needsBuild === true ? build.seconds : 0,
      ...cost,
      standing: alarms,
      unread: unread.length,
      files: programs.length,
      verdicts: verdicts.get(name) ?? [],
    };
  });
}

/** Some of the tools take many seconds for a larger file, and each takes them for every mutant. */
const LARGEST = 100_000;

/** Files of the folders that take locks, that the build compiles, and that define no primitive themselves. */
async function programsOf(
  tree: string,
  folders: readonly string[],
  { packs, build }: { readonly packs: LoadedPacks; readonly build: XenBuild },
): Promise<Program[]> {
  const names = primitivesOf(packs.platform).map(({ name }) => name);
  const defines = new RegExp(`^[a-z][\\w\\s*]*\\b(?:${names.join("|")})\\([^;{]*\\)\\s*\\{`, "m");
  const programs: Program[] = [];
  const isMeant = (file: string) =>
    folders.some((folder) => file.startsWith(`${folder.replace(/\/$/, "")}/`));
  for (const path of cFilesOf(tree).filter(isMeant)) {
    const text = readXenFile(tree, path);
    if (text.length > LARGEST || !/lock\w*\(/.test(text) || defines.test(text)) continue;
    const command = [COMPILER, ...build.flags, "-mgeneral-regs-only", "-w", "-fsyntax-only"];
    const { isProper } = await runTool([...command, path.replace(/^xen\//, "")], build.folder);
    if (isProper) programs.push({ path, read: () => text, packsFor: () => packsFor({ path, text }, packs) });
  }
  return programs;
}

/** Where no pack speaks of a file, its own habits are taken for its rules, for every tool alike. */
async function packsFor(
  file: { readonly path: string; readonly text: string },
  packs: LoadedPacks,
): Promise<LoadedPacks> {
  const isKnown = packs.drivers.some(({ model }) => matchesFile(model, file.path) !== null);
  return isKnown ? packs : withInferredGuards(file, packs);
}

/** From one file come at most so many in a hundred of an operator's mutants. */
const SHARE_OF_A_FILE = 20;

async function judgeAll(
  judges: readonly Judge[],
  programs: readonly Program[],
  options: Options,
): Promise<ReadonlyMap<string, readonly Verdict[]>> {
  const verdicts = new Map<string, Verdict[]>(judges.map(({ name }) => [name, []]));
  let done = 0;
  for await (const { operator, mutant } of mutantsOver(programs, options, SHARE_OF_A_FILE)) {
    await Promise.all(
      judges.map(async ({ name, judge }) => verdicts.get(name)?.push(await judge(operator, mutant))),
    );
    done += 1;
    if (process.stderr.isTTY) process.stderr.write(`\r${done} mutants `);
  }
  return verdicts;
}

interface Cost {
  readonly seconds: number;
  /** Bytes. */
  readonly peak: number | null;
  /** Attributes that were written into the file. */
  readonly annotations: number;
}

/** The file alone, as the others get it: in the tree its callers would be read as well. */
async function ownCost({ root, tree, scratch }: Places): Promise<Cost> {
  const top = join(scratch, "alone");
  mkdirSync(join(top, dirname(SMMU)), { recursive: true });
  writeFileSync(join(top, SMMU), readXenFile(tree, SMMU));
  const program = join(root, "dist/lockspan.js");
  const command = [process.execPath, program, "audit", join(top, SMMU), "--tree", top];
  return { ...(await costOf(command, root)), annotations: 0 };
}

async function peerCosts(
  peers: readonly Peer[],
  tree: string,
  { build, packs }: { readonly build: XenBuild; readonly packs: LoadedPacks },
): Promise<Cost[]> {
  const text = readXenFile(tree, SMMU);
  const annotations = annotationsFor({ path: SMMU, text }, packs);
  const file = `${SMMU.replace(/^xen\//, "").replace(/[^/]+$/, "")}peer-cost.c`;
  const costs: Cost[] = [];
  for (const peer of peers) {
    const given = peer.textFor(text, annotations);
    writeFileSync(join(build.folder, file), given);
    const count = (given.match(/__attribute__\(\((?:guarded_by|requires_capability)/g) ?? []).length;
    costs.push({ ...(await costOf(peer.command(file, annotations), build.folder)), annotations: count });
  }
  return costs;
}

function ownVersion(root: string): string {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  return version;
}
