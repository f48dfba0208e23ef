/**
 * The action as it is released: its folder, built and copied to where there is nothing else, and
 * started as GitHub's runner starts it.
 */
import { execFile, execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { PROJECT_ROOT } from "../project-root.ts";
import { actionBench, type Environment } from "./action-bench.ts";
import { DEPOT, depot, OWN_PACK, ownDepot } from "./samples.ts";

let home = "";
let folder = "";

beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), "lockspan-bundle-"));
  const built = path.join(home, "built");
  execFileSync(process.execPath, [path.join(PROJECT_ROOT, "src/bundle.mjs"), built], { stdio: "pipe" });
  folder = path.join(home, "alone");
  cpSync(built, folder, { recursive: true });
  rmSync(built, { recursive: true });
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

const filesIn = (at: string): string[] =>
  readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));

interface Ended {
  readonly status: number;
  readonly log: readonly string[];
}

/** With nothing of this process's environment but where the runner finds programs. */
function start(
  env: Environment,
  options: readonly string[] = [],
  cwd: string = home,
): Promise<Ended & { waited: number }> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [...options, path.join(folder, "main.cjs")],
      { cwd, env: { PATH: process.env["PATH"] ?? "", ...env } },
      (failure, out, err) => {
        const status = failure === null ? 0 : Number(failure.code ?? 1);
        done({ status, log: `${out}${err}`.trim().split("\n"), waited: 0 });
      },
    );
  });
}

describe("the folder of the action", () => {
  test("is the one that action.yml starts", () => {
    const { runs } = parse(readFileSync(path.join(PROJECT_ROOT, "action.yml"), "utf8"));
    const { scripts } = JSON.parse(readFileSync(path.join(PROJECT_ROOT, "package.json"), "utf8"));
    const [, built] =
      /\[out = "([\w-]+)"\]/.exec(readFileSync(path.join(PROJECT_ROOT, "src/bundle.mjs"), "utf8")) ?? [];

    expect(runs).toEqual({ using: "node24", main: `${built}/main.cjs` });
    expect(scripts.bundle).toBe("node src/bundle.mjs");
  });

  test("has the parser's machine code for every system of GitHub's runners, and who wrote what", () => {
    const systems = ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64", "win32-arm64", "win32-x64"];
    const code = filesIn(path.join(folder, "prebuilds"))
      .map((file) => path.relative(folder, file))
      .sort();
    const notices = readFileSync(path.join(folder, "NOTICES.txt"), "utf8");

    expect(code).toEqual(
      systems.flatMap((system) =>
        ["tree-sitter-c.node", "tree-sitter.node"].map((name) => path.join("prebuilds", system, name)),
      ),
    );
    for (const name of ["tree-sitter", "tree-sitter-c", "octokit", "simple-git", "yaml", "ajv", "diff"]) {
      expect(notices).toMatch(new RegExp(`^${name} [\\d.]+ \\(`, "m"));
    }
  });

  test("is small: ten megabytes, three of them to download", () => {
    const files = filesIn(folder);
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
    const packed = files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);

    expect(bytes).toBeLessThan(10e6);
    expect(packed).toBeLessThan(3e6);
  });

  test("starts in a few times what Node itself takes", async () => {
    const empty: number[] = [];
    const whole: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      empty.push(timed(() => execFileSync(process.execPath, ["-e", "0"])));
      whole.push(timed(() => expect(startedForNothing()).toBe(2)));
    }

    expect(Math.min(...whole) / Math.min(...empty)).toBeLessThan(6);
  });
});

function timed(work: () => void): number {
  const from = performance.now();
  work();
  return performance.now() - from;
}

/** Loads everything, the parser as well, and finds that there is no job. */
function startedForNothing(): number | null {
  try {
    execFileSync(process.execPath, [path.join(folder, "main.cjs")], { env: {}, stdio: "pipe" });
    return 0;
  } catch (failure) {
    return (failure as { status: number | null }).status;
  }
}

describe("the action, alone", () => {
  test("reviews a pull request without a checkout, and says so on it", async () => {
    const bench = await actionBench({ [DEPOT]: depot(["put"]) });
    try {
      bench.push({ [DEPOT]: depot(["put"], ["put"]) });
      const run = await bench.run({ start, inputs: { report: "lockspan.json" } });

      expect(run.log.filter((line) => line.startsWith("::error"))).toHaveLength(1);
      expect(run.status).toBe(1);
      expect(bench.github.violations).toEqual([]);
      expect(bench.github.state.comments.map(({ path: at, line }) => `${at}:${line}`)).toEqual([
        `${DEPOT}:8`,
      ]);
      expect(bench.github.state.remarks).toHaveLength(1);
      expect(run.sarif?.runs[0]?.results).toHaveLength(1);
      expect(JSON.parse(run.report ?? "").findings).toHaveLength(1);
    } finally {
      await bench.close();
    }
  });

  test("draws the locks of a pull request", async () => {
    const bench = await actionBench({ [DEPOT]: depot(["put"]) });
    try {
      bench.push({ [DEPOT]: depot(["put"], ["put"]) });
      const { report } = await bench.run({ start, inputs: { report: "lockspan.html", comment: "none" } });

      expect(report).toMatch(/^<!DOCTYPE html>/);
      expect(report?.match(/<article /g)).toHaveLength(1);
      expect(report).toMatch(/line \d+: acquires /);
    } finally {
      await bench.close();
    }
  });

  test("reads a checkout with git, and rule packs from it", async () => {
    const bench = await actionBench({ [DEPOT]: depot(["put"]) });
    try {
      const head = bench.push({ [DEPOT]: depot(["put"], ["put"]) });
      const workspace = (at: string) => {
        bench.repository.git("clone", "--quiet", bench.repository.folder, at);
        mkdirSync(path.join(at, "locks"));
        writeFileSync(path.join(at, "locks/platform.yaml"), "platform: own\nlocks: [\n");
      };
      const broken = await bench.run({ start, workspace, inputs: { rules: "locks", comment: "none" } });
      const run = await bench.run({ start, workspace, inputs: { comment: "none" } });

      expect(broken.status).toBe(2);
      expect(broken.log.at(-1)).toMatch(/^::error title=lockspan::\S*platform\.yaml/);
      expect(run.status).toBe(1);
      expect(run.summary).toContain(head.slice(0, 12));
      expect(bench.github.asked).toEqual([]);
    } finally {
      await bench.close();
    }
  });

  test("runs nothing that lies in the workspace, whatever it is called", async () => {
    const bench = await actionBench({ [DEPOT]: ownDepot(false), "locks/own.yaml": OWN_PACK });
    const trap = path.join(home, "trapped");
    const spring = `require("node:fs").writeFileSync(${JSON.stringify(trap)}, "");`;
    try {
      bench.push({ [DEPOT]: ownDepot(true) });
      const run = await bench.run({
        event: "pull_request_target",
        inputs: { rules: "locks", comment: "none" },
        workspace: (at) => {
          for (const name of ["octokit", "yaml", "ajv", "simple-git", "tree-sitter", "tree-sitter-c"]) {
            mkdirSync(path.join(at, "node_modules", name), { recursive: true });
            writeFileSync(path.join(at, "node_modules", name, "index.js"), spring);
          }
          for (const name of ["octokit.cjs", "main.cjs", "index.js"])
            writeFileSync(path.join(at, name), spring);
          writeFileSync(path.join(at, "package.json"), '{ "main": "index.js" }');
        },
        start: (env) => start(env, [], env["GITHUB_WORKSPACE"]),
      });

      expect(run.log.filter((line) => line.startsWith("::error"))).toHaveLength(1);
      expect(run.status).toBe(1);
      expect(existsSync(trap)).toBe(false);
    } finally {
      await bench.close();
    }
  });

  test("says in one line where it cannot run", async () => {
    const preload = path.join(home, "another-machine.cjs");
    writeFileSync(preload, 'Object.defineProperty(process, "arch", { value: "riscv64" });\n');
    const { status, log } = await start({}, ["--require", preload]);

    expect(status).toBe(70);
    expect(log).toEqual([
      expect.stringMatching(/^::error title=lockspan::the action could not be loaded: .*riscv64/),
    ]);
  });
});
