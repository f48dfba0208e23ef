/** What each tool says of mutants: files with a defect planted, and rewrites of no consequence. */
import { execFile } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { auditFiles } from "../../review/index.ts";
import type { LoadedPacks } from "../../rules/index.ts";
import type { Operator } from "../mutants/operator.ts";
import { callersOf, type Mutant, tryMutant } from "../mutants/trial.ts";
import { type Alarm, broughtUp, functionsByLine, type Report } from "./alarms.ts";
import { type Annotations, annotationsFor } from "./annotate.ts";
import type { Peer } from "./tools.ts";

export interface Verdict {
  readonly operator: string;
  readonly kind: Operator["kind"];
  readonly file: string;
  readonly function: string;
  /** Of a defect: something new is said of it, where it is or on a way to it. */
  readonly isCaught: boolean;
  /** Anything new is said. */
  readonly isFlagged: boolean;
}

export interface Judge {
  readonly name: string;
  readonly judge: (operator: Operator, mutant: Mutant) => Promise<Verdict>;
  /** Over the files as they are. */
  readonly standing: () => { readonly alarms: number; readonly unread: readonly string[] };
}

const LONGEST_MS = 120_000;

interface Output {
  readonly text: string;
  readonly isProper: boolean;
}

export function runTool([program = "", ...args]: readonly string[], cwd: string): Promise<Output> {
  const options = { cwd, timeout: LONGEST_MS, maxBuffer: 1 << 28, encoding: "utf8" } as const;
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) =>
      resolve({ text: `${stdout}\n${stderr}`, isProper: error === null }),
    );
  });
}

interface Baseline {
  readonly report: Report;
  readonly annotations: Annotations;
  readonly isRead: boolean;
}

/** @param folder where the tool runs: the `xen/` of the build */
export function peerJudge(peer: Peer, folder: string): Judge {
  const known = new Map<string, Baseline>();
  const check = async (path: string, text: string, annotations: Annotations) => {
    const file = besides(path, peer.name);
    writeFileSync(join(folder, file), peer.textFor(text, annotations));
    const { text: output, isProper } = await runTool(peer.command(file, annotations), folder);
    rmSync(join(folder, file));
    return { report: { alarms: peer.alarms(output, file), functionAt: functionsByLine(text) }, isProper };
  };
  const baselineOf = async ({ file, before, packs }: Mutant): Promise<Baseline> => {
    const found = known.get(file);
    if (found !== undefined) return found;
    const annotations = annotationsFor({ path: file, text: before }, packs);
    const { report, isProper } = await check(file, before, annotations);
    const baseline = { report, annotations, isRead: isProper || report.alarms.length > 0 };
    known.set(file, baseline);
    return baseline;
  };
  return {
    name: peer.name,
    judge: async (operator, mutant) => {
      const { report, annotations } = await baselineOf(mutant);
      const after = await check(mutant.file, mutant.after, annotations);
      return verdictOn(operator, mutant, {
        brought: broughtUp(report, after.report),
        at: after.report.functionAt,
      });
    },
    standing: () => ({
      alarms: [...known.values()].reduce((sum, { report }) => sum + report.alarms.length, 0),
      unread: [...known].filter(([, { isRead }]) => !isRead).map(([file]) => file),
    }),
  };
}

/** A name of its own beside the file, so that what it includes is found. */
function besides(path: string, tool: string): string {
  const inXen = path.replace(/^xen\//, "");
  return join(dirname(inXen), `peer-${tool.replace(/\W+/g, "-")}-${basename(inXen)}`);
}

interface Said {
  readonly brought: readonly Alarm[];
  readonly at: (line: number) => string;
}

function verdictOn({ name, kind }: Operator, mutant: Mutant, { brought, at }: Said): Verdict {
  const near = callersOf(mutant.function, mutant.after);
  const { file, function: where } = mutant;
  return {
    operator: name,
    kind,
    file,
    function: where,
    isCaught: brought.some(({ line }) => near.has(at(line))),
    isFlagged: brought.length > 0,
  };
}

/** Our own review of the mutant as a patch; stricter, because a catch must also name the lock. */
export function ownJudge(packs: LoadedPacks): Judge {
  const known = new Map<string, number>();
  return {
    name: "lockspan",
    judge: async (operator, mutant) => {
      const { file, before } = mutant;
      if (!known.has(file)) {
        const { findings } = auditFiles([{ path: file, text: before }], packs, "approach-b");
        known.set(file, findings.filter(({ severity }) => severity !== "note").length);
      }
      const { isCaught, brought } = tryMutant(mutant);
      const { name, kind } = operator;
      return {
        operator: name,
        kind,
        file,
        function: mutant.function,
        isCaught,
        isFlagged: brought.length > 0,
      };
    },
    standing: () => ({ alarms: [...known.values()].reduce((sum, one) => sum + one, 0), unread: [] }),
  };
}
