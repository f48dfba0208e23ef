/** `lockspan watch PATH…`: the audit, again with every save. */
import { resolve } from "node:path";
import { watchFiles } from "../../adapters/index.ts";
import { Failure } from "../../base/index.ts";
import { asciiText, renderFindings, verdict } from "../../reports/index.ts";
import { createLiveAudit, type LiveAudit, type Review } from "../../review/index.ts";
import type { LoadedPacks } from "../../rules/index.ts";
import { readCFiles } from "../c-files.ts";
import type { Surroundings } from "../command.ts";
import type { Options } from "../options.ts";
import { hasCursor } from "../terminal.ts";
import { tuneForRepeatedWork } from "../tuning.ts";
import { type WatchedState, watchLines, watchScreen } from "../watch-screen.ts";

/** A terminal, or what stands in its place. */
export interface WatchTerminal {
  readonly input: Pick<NodeJS.ReadStream, "isTTY" | "setRawMode" | "on" | "off" | "resume" | "pause">;
  readonly output: Pick<NodeJS.WriteStream, "isTTY" | "columns" | "rows" | "on" | "off"> & {
    readonly write: (text: string) => unknown;
  };
  readonly now: () => Date;
}

/** The pieces of one save are not so far apart. */
const SETTLE_MS = 60;
const WATCHED = /\.(?:[ch]|ya?ml)$/;
const CTRL_C = "\u0003";
const CTRL_D = "\u0004";

/** @returns when the user, or a signal, ends it @throws {Failure} where the files cannot be read at the start */
export async function runWatch(
  options: Options,
  around: Surroundings,
  { input, output, now }: WatchTerminal,
): Promise<0> {
  tuneForRepeatedWork();
  const isScreen = hasCursor(around.env, output);
  const { unicode } = around.style(options);
  const write = (text: string) => output.write(unicode ? text : asciiText(text));
  let audits: { readonly packs: LoadedPacks; readonly live: LiveAudit } | null = null;
  let shown: WatchedState | null = null;
  const draw = () => {
    if (shown !== null && isScreen) write(watchScreen(shown, sizeOf(output)));
  };

  const look = async (): Promise<void> => {
    const started = performance.now();
    const { files, packs, ...beside } = await readCFiles(options, withPacks(around, audits?.packs), {
      nothing: "there is nothing to watch",
      hint: "Name C files or folders: lockspan watch PATH",
    });
    audits ??= { packs, live: createLiveAudit(packs, options.profile) };
    if (audits.live.isWornOut()) audits.live.renew();
    const { review } = audits.live.audit(files, beside);
    const sourceOf = (path: string) => files.find((file) => file.path === path)?.text ?? null;
    const report = renderFindings(review, sourceOf, around.style(options));
    show(review, report, (performance.now() - started) / 1000);
  };
  const show = (review: Review, report: string, seconds: number) => {
    const said = verdict(review);
    const time = now().toTimeString().slice(0, 8);
    shown = { names: options.paths, report, verdict: said, time, seconds };
    if (isScreen) draw();
    else write(watchLines(review.findings, `${time} ${said}`));
  };
  const tell = (error: unknown) => {
    if (!(error instanceof Failure)) throw error;
    const line = [error.message, error.hint ?? ""].filter((part) => part !== "").join(". ");
    const time = now().toTimeString().slice(0, 8);
    shown = { names: options.paths, report: line, verdict: "", time, seconds: 0 };
    if (isScreen) draw();
    else write(`${time} ${line}\n`);
  };

  let isMissed = false;
  let changed: () => void = () => {
    isMissed = true;
  };
  // Before the first look: what is saved meanwhile is not missed.
  const watching = await watchFiles(
    [...options.paths, ...options.rules],
    (path) => WATCHED.test(path),
    (path) => {
      if (options.rules.some((folder) => resolve(path).startsWith(resolve(folder)))) audits = null;
      changed();
    },
  );
  try {
    // What is wrong from the start is no matter of waiting.
    await look();
    await new Promise<void>((done, fail) => {
      let timer: NodeJS.Timeout | null = null;
      let running = Promise.resolve();
      changed = () => {
        if (timer !== null) clearTimeout(timer);
        timer = setTimeout(() => {
          running = running.then(look).catch(tell).catch(fail);
        }, SETTLE_MS);
      };
      const end = () => {
        if (timer !== null) clearTimeout(timer);
        input.off("data", onKey);
        output.off("resize", draw);
        process.off("SIGINT", end).off("SIGTERM", end);
        done();
      };
      const onKey = (data: Buffer | string) => {
        const key = String(data);
        if (key === "q" || key === CTRL_C || key === CTRL_D) end();
        else changed();
      };
      if (isMissed) changed();
      process.once("SIGINT", end).once("SIGTERM", end);
      output.on("resize", draw);
      if (isScreen && input.isTTY) {
        input.setRawMode(true);
        input.on("data", onKey);
        input.resume();
      }
    });
  } finally {
    if (isScreen && input.isTTY) {
      input.setRawMode(false);
      input.pause();
    }
    await watching.close();
  }
  if (isScreen) output.write("\r\n");
  return 0;
}

/** Packs that were read are kept until one of them changes. */
function withPacks(around: Surroundings, packs: LoadedPacks | undefined): Surroundings {
  return packs === undefined ? around : { ...around, packs: async () => packs };
}

function sizeOf({ columns, rows }: WatchTerminal["output"]): { columns: number; rows: number } {
  return { columns: columns || 80, rows: rows || 24 };
}
