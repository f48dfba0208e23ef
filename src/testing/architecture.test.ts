/**
 * The walls hold: the tree keeps them, and each planted breach is stopped by the
 * rule whose name it carries.
 *
 * A wall can fall silently (a tool that sees no module finds no breach), hence
 * the count of modules and the breaches.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}

interface Cruise {
  readonly summary: { readonly totalCruised: number; readonly violations: readonly Violation[] };
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CONFIG = path.join(ROOT, ".dependency-cruiser.cjs");
const BREACHES = path.join(ROOT, "fixtures/architecture");

const require = createRequire(import.meta.url);
const RULES: readonly string[] = require(CONFIG).forbidden.map((rule: { name: string }) => rule.name);

const DEPCRUISE = path.join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");

/** The tool's answer for `src` under a folder; it exits with the number of errors, which is no failure here. */
function cruise(folder: string): Cruise {
  const args = [DEPCRUISE, "src", "--config", CONFIG, "--output-type", "json"];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 });
  return JSON.parse(stdout) as Cruise;
}

function filesUnder(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)));
}

/** A breach is named after its rule, with a word more where there are several: `pure-core.util.ts`. */
function ruleMeantFor(breach: string): string {
  return path.basename(breach).split(".")[0] ?? "";
}

describe("the tree keeps the walls", () => {
  const sources = filesUnder("src").filter((file) => file.endsWith(".ts"));
  const { summary } = cruise(ROOT);

  test("every module of src/ was seen", () => {
    expect(sources.length).toBeGreaterThan(10);
    expect(summary.totalCruised).toBeGreaterThanOrEqual(sources.length);
  });

  test("no wall is breached", () => {
    expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
  });
});

describe("each planted breach is stopped by the rule meant for it", () => {
  const { violations } = cruise(BREACHES).summary;
  const planted = filesUnder("fixtures/architecture")
    .map((file) => path.relative("fixtures/architecture", file))
    .filter((file) => RULES.includes(ruleMeantFor(file)));

  test.each(RULES)("%s has a breach", (rule) => {
    expect(planted.map(ruleMeantFor)).toContain(rule);
  });

  test.each(planted)("%s", (file) => {
    const stoppedBy = new Set(violations.filter(({ from }) => from === file).map(({ rule }) => rule.name));

    expect([...stoppedBy]).toEqual([ruleMeantFor(file)]);
  });

  test("nothing else is called a breach", () => {
    expect(violations.map(({ from }) => from).filter((from) => !planted.includes(from))).toEqual([]);
  });
});

describe("the engine's text", () => {
  const ENGINE = ["base", "patch", "c", "drivers", "locks", "findings", "rules", "checks", "review"];
  const sources = ENGINE.flatMap((folder) => filesUnder(`src/${folder}`)).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
  );
  const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");

  // Names of the driver, of its neighbours and of the subsystems that call it.
  const DRIVER_NAMES =
    /arm_smmu|\bsmmu\b|smmu_|_smmu|ipmmu|master_cfg|stream_map|\bsmendx\b|pcidevs|dtdevs|iommu_group|iommu_ops/i;

  test.each(sources)("%s names no driver", (file) => {
    expect(read(file).match(DRIVER_NAMES)?.[0] ?? null).toBeNull();
  });

  // What no import shows: globals that make two runs differ.
  const IMPURE =
    /\bprocess\.|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\brandomBytes\(|\brandomUUID\(|\bperformance\.now\(|\bsetTimeout\(|\blocaleCompare\(/;

  test.each(sources)("%s has no clock, chance or process", (file) => {
    expect(read(file).match(IMPURE)?.[0] ?? null).toBeNull();
  });
});

describe("the tree is at home on every machine", () => {
  const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: ROOT, encoding: "utf8" }).split("\0");
  // `me` and `you` are the home folders of examples.
  const MACHINE_PATH = /(?:^|[\s"'`=(:,])\/(?:work|root|home|Users)\/(?!me\/|you\/)[\w.-]/m;

  test("no file holds a path of one machine", () => {
    const guilty = tracked.filter((file) => file !== "" && MACHINE_PATH.test(readTracked(file)));

    expect(guilty).toEqual([]);
  });

  test("no registry is wired in", () => {
    expect(readTracked("package-lock.json")).not.toMatch(/"resolved":/);
    expect(readTracked(".npmrc")).not.toMatch(/^(?:@[\w-]+:)?registry\s*=|https?:/m);
  });

  /** A tracked file's text; a file deleted but not yet committed counts as empty. */
  function readTracked(file: string): string {
    try {
      return readFileSync(path.join(ROOT, file), "utf8");
    } catch {
      return "";
    }
  }
});
