/**
 * What GitHub's runner starts: the action alone, in a folder that has all that it needs.
 *
 * The action is loaded when the flags are set, and where it cannot be (a machine that the parser
 * was not built for) the job says so in one line.
 */
import { readFileSync } from "node:fs";
import { tuneForShortRuns } from "./tuning.ts";

const shipped = new URL("./", import.meta.url);

function versionOf(): string {
  const manifest = JSON.parse(readFileSync(new URL("package.json", shipped), "utf8")) as { version: string };
  return manifest.version;
}

async function run(): Promise<number> {
  tuneForShortRuns();
  const { startAction } = await import("../action/index.ts");
  return startAction({
    env: process.env,
    version: versionOf(),
    shipped,
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
  });
}

run().then(
  (status) => {
    process.exitCode = status;
  },
  (cause: unknown) => {
    const why = (cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, " ");
    process.stderr.write(`::error title=lockspan::the action could not be loaded: ${why}\n`);
    process.exitCode = 70;
  },
);
