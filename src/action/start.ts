/** Starts a run with what ships beside the program, and turns a failure into one command and a status. */
import { loadPacks, loadPackTexts, readCheckPages, readHighlights } from "../adapters/index.ts";
import { Failure } from "../base/index.ts";
import { command } from "../reports/index.ts";
import type { ActionTools } from "./job.ts";
import { runAction } from "./run-action.ts";

export interface Start {
  readonly env: ActionTools["env"];
  readonly version: string;
  /** The folder with the packs, the pages and the colours, as a URL with a slash at its end. */
  readonly shipped: URL;
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  readonly wait?: ActionTools["wait"];
}

const realWait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

export async function startAction({ env, version, shipped, out, err, wait }: Start): Promise<number> {
  const packs = new URL("packs.json", shipped);
  try {
    return await runAction({
      env,
      version,
      log: out,
      wait: wait ?? realWait,
      highlights: () => readHighlights(new URL("highlights.scm", shipped)),
      pages: () => readCheckPages(new URL("pages.json", shipped)),
      packs: (source) =>
        source.kind === "folders" ? loadPacks(packs, source.folders) : loadPackTexts(packs, source.files),
    });
  } catch (error) {
    const { text, status } = failureOf(error, env);
    err(command("error", { title: "lockspan" }, text));
    return status;
  }
}

/** One line: what is wrong, where, what to do. */
function failureOf(error: unknown, env: ActionTools["env"]): { text: string; status: number } {
  if (error instanceof Failure && error.status !== 70) {
    const parts = [error.message, error.hint ?? ""].filter((part) => part !== "");
    return { text: parts.join(". ").replace(/\n+/g, " "), status: error.status };
  }
  const whole = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const where = env["LOCKSPAN_DEBUG"] ? whole : whole.split("\n").slice(0, 2).join(" ").replace(/\s+/g, " ");
  return {
    text: `a defect of lockspan: ${where}. Please report it with the pull request that shows it`,
    status: 70,
  };
}
