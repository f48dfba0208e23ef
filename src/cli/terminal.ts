/** What the terminal can show: colour, box characters, its width. */
import { PLAIN_STYLE, type Style } from "../reports/index.ts";
import type { Options } from "./options.ts";

/** A report that goes to a file or a pipe is plain; `FORCE_COLOR` keeps its colour there too. */
export function styleFor(
  options: Options,
  env: NodeJS.ProcessEnv,
  stdout: Pick<NodeJS.WriteStream, "isTTY" | "columns">,
): Style {
  const isTerminal = stdout.isTTY === true && options.output === null;
  const forced = isSet(env["FORCE_COLOR"]) && env["FORCE_COLOR"] !== "0";
  const color =
    options.color ?? (!isSet(env["NO_COLOR"]) && (forced || (isTerminal && env["TERM"] !== "dumb")));
  return {
    ...PLAIN_STYLE,
    color,
    unicode: showsUnicode(env, isTerminal),
    width: isTerminal ? stdout.columns : null,
  };
}

/** A bare environment names no locale: what reads a pipe then is a program or a file, in UTF-8. */
export function showsUnicode(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  return locale === "" ? !isTerminal : /utf-?8/i.test(locale);
}

/** Whether a screen can be drawn, line over line. */
export function hasCursor(env: NodeJS.ProcessEnv, { isTTY = false }: { readonly isTTY?: boolean }): boolean {
  return isTTY && env["TERM"] !== "dumb";
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}
