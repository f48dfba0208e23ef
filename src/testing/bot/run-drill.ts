/** Builds the drill once and runs it as a process of its own, which may be killed. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { PROJECT_ROOT } from "../project-root.ts";

export interface Drill {
  /** @returns what the outbox holds, by the mail that each entry answers; null when it was killed */
  readonly run: (config: string, killAt: number) => DrillResult | null;
  /** @returns the summary; null when it was killed */
  readonly replay: (config: string, killAt: number, stretch: readonly [string, string]) => string | null;
  readonly remove: () => void;
}

export interface DrillResult {
  readonly states: Readonly<Record<string, string>>;
  readonly mails: Readonly<Record<string, number>>;
  readonly failures: readonly string[];
}

/** A drill that hangs fails. */
const LONGEST_MS = 120_000;

/** @param name of the folder in `.cache`, where the program finds its packages */
export async function buildDrill(name: string): Promise<Drill> {
  const folder = join(PROJECT_ROOT, ".cache", name);
  await build({
    entryPoints: { drill: join(PROJECT_ROOT, "src/testing/bot/drill.ts") },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    packages: "external",
    logLevel: "silent",
  });
  const answerOf = (words: readonly string[]): unknown => {
    const args = [join(folder, "drill.mjs"), ...words];
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, {
      encoding: "utf8",
      timeout: LONGEST_MS,
    });
    if (signal === "SIGKILL") return null;
    if (status !== 0) throw new Error(`the drill failed: ${stderr}`);
    return JSON.parse(stdout);
  };
  return {
    run: (config, killAt) => answerOf([config, String(killAt)]) as DrillResult | null,
    replay: (config, killAt, stretch) => answerOf([config, String(killAt), ...stretch]) as string | null,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
