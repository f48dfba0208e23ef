/** What the terminal can show: colour, box characters, its width. */
import { PLAIN_STYLE, type Style } from "../reports/index.ts";
import type { Options } from "./options.ts";

/** A report that goes to a file or a pipe is plain; `FORCE_COLOR` keeps its colour there too. */
export function styleFor(options: Options, env: NodeJS.ProcessEnv, stdout: NodeJS.WriteStream): Style {
  const isTerminal = stdout.isTTY === true && options.output === null;
  const forced = isSet(env["FORCE_COLOR"]) && env["FORCE_COLOR"] !== "0";
  const color =
    options.color ?? (!isSet(env["NO_COLOR"]) && (forced || (isTerminal && env["TERM"] !== "dumb")));
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  // A bare environment names no locale: what reads the pipe then is a program or a file, in UTF-8.
  const unicode = locale === "" ? !isTerminal : /utf-?8/i.test(locale);
  return { ...PLAIN_STYLE, color, unicode, width: isTerminal ? stdout.columns : null };
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}
