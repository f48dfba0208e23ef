/** Whether a block that cannot be run can be read at all, as what its language says. */
import { parse } from "yaml";

/** By language: throws for what is none of it. Languages that are not here are not read. */
const READERS: Readonly<Record<string, (text: string) => void>> = {
  yaml: (text) => parse(text),
  json: (text) => JSON.parse(text),
  ini: (text) => eachLine(text, /^(?:\[\w+\]|\w+=.*|#.*|)$/),
  dockerfile: (text) => eachLine(text, /^(?:FROM|RUN|WORKDIR|COPY|USER|ENTRYPOINT|CMD|ENV) .+$|^$/),
};

/** @returns whether there is a reader for the language @throws {Error} with the line that it cannot read */
export function readAs(language: string, text: string): boolean {
  const reader = READERS[language];
  reader?.(text);
  return reader !== undefined;
}

function eachLine(text: string, form: RegExp): void {
  const strange = text.split("\n").find((line) => !form.test(line));
  if (strange !== undefined) throw new Error(`cannot be read: ${strange}`);
}
