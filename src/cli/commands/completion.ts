/** `lockspan completion SHELL`. */
import { InputError, suggestWord } from "../../base/index.ts";
import type { CommandResult } from "../command.ts";
import { completionScript } from "../completion.ts";
import { type Options, SHELLS } from "../options.ts";

/** @throws {InputError} for a shell that is not known */
export function runCompletion({ paths: [word = ""] }: Options): CommandResult {
  const shell = SHELLS.find((each) => each === word);
  if (shell !== undefined) return { text: completionScript(shell), status: 0 };
  throw new InputError(
    word === "" ? "lockspan completion: for which shell?" : `lockspan completion: "${word}" is not known`,
    { hint: suggestWord(word, SHELLS) || `One of ${SHELLS.join(", ")}.` },
  );
}
