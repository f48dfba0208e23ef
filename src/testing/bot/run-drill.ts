/** Builds the drill once and runs it as a process of its own, which may be killed. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { PROJECT_ROOT } from "../project-root.ts";

export interface Drill {
  /** @returns what the outbox holds, by the mail that each entry answers; null when it was killed */
  readonly run: (config: string, killAt: number) => DrillResult | null;
  readonly remove: () => void;
}

export interface DrillResult {
  readonly states: Readonly<Record<string, string>>;
  readonly failures: readonly string[];
}

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
  return {
    run: (config, killAt) => {
      const args = [join(folder, "drill.mjs"), config, String(killAt)];
      const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
      if (signal === "SIGKILL") return null;
      if (status !== 0) throw new Error(`the drill failed: ${stderr}`);
      return JSON.parse(stdout) as DrillResult;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
