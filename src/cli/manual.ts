/** The manual page in roff, from the texts that `--help` prints. */
import { allHelp } from "./help.ts";

/** @param version of the program, for the foot of the page */
export function manualPage(version: string): string {
  const { overview, pages } = allHelp();
  const [purpose = "", ...rest] = overview.split("\n");
  return [
    `.TH LOCKSPAN 1 "" "lockspan ${roffText(version)}" "User Commands"`,
    ".SH NAME",
    roffText(purpose.replace(/^lockspan says/, "lockspan \\- says").replace(/\.$/, "")),
    ".SH DESCRIPTION",
    ...asItStands(rest.join("\n")),
    ...pages.flatMap((page) => {
      const [title = "", ...text] = page.split("\n");
      return [`.SH ${roffText(title)}`, ...asItStands(page, text)];
    }),
    "",
  ].join("\n");
}

/** Columns were set by hand: the page keeps them. */
function asItStands(text: string, lines: readonly string[] = text.split("\n")): string[] {
  const body =
    lines.join("\n").trim() === ""
      ? []
      : lines
          .join("\n")
          .replace(/^\n+|\n+$/g, "")
          .split("\n");
  return [".nf", ...body.map(roffText), ".fi"];
}

/** Backslashes, dashes that are typed, and lines that would be read as commands. */
function roffText(line: string): string {
  const text = line
    .replaceAll("\\", "\\e")
    .replaceAll("\\e- ", "\\- ")
    .replace(/(?<!\\)-/g, "\\-");
  return /^[.']/.test(text) ? `\\&${text}` : text;
}
