/** On a pull request and on the mailing list a change has the same findings, with the same fingerprints. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { NO_CACHE } from "../../base/index.ts";
import { PLAIN_STYLE } from "../../reports/index.ts";
import { fixturePacks } from "../../testing/fixture-files.ts";
import { actionBench } from "../../testing/github/action-bench.ts";
import { DEPOT, depot } from "../../testing/github/samples.ts";
import { parseCommandLine } from "../options.ts";
import { NO_BAR } from "../progress-bar.ts";
import { runReview } from "./review.ts";

interface Told {
  readonly findings: readonly {
    readonly check: string;
    readonly line: number;
    readonly fingerprint: string;
  }[];
}

async function reviewOf(mail: string, tree: string, base: string): Promise<Told> {
  const words = ["review", mail, "--tree", tree, "--base", base, "--format", "json"];
  const invocation = parseCommandLine(words);
  if (invocation.kind !== "run") throw new Error("these words start no command");
  const { text } = await runReview(invocation.options, {
    env: {},
    version: "0",
    packs: () => fixturePacks(null),
    cache: async () => NO_CACHE,
    auditWorker: new URL("file:nowhere"),
    highlights: async () => "",
    pages: async () => new Map(),
    style: () => PLAIN_STYLE,
    progress: () => NO_BAR,
  });
  return JSON.parse(text);
}

test("a pull request is told what its patch mail is told", async () => {
  const bench = await actionBench({ [DEPOT]: depot(["put", "get", "take"]) });
  try {
    bench.push({ [DEPOT]: depot(["put", "get", "take"], ["put", "take"]) });
    const { report } = await bench.run({ inputs: { report: "lockspan.json", comment: "none" } });
    const { folder, git } = bench.repository;
    const mail = path.join(folder, "change.patch");
    writeFileSync(mail, `${git("format-patch", "--stdout", `${bench.base}..HEAD`)}\n`);
    const told = await reviewOf(mail, folder, bench.base);
    const identity = ({ findings }: Told) =>
      findings.map(({ check, line, fingerprint }) => `${check} ${line} ${fingerprint}`);

    expect(identity(JSON.parse(report ?? ""))).toEqual(identity(told));
    expect(told.findings).toHaveLength(2);
  } finally {
    await bench.close();
  }
});
