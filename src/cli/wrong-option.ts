/** An option that a command does not have: which one was meant, or which command has it. */
import { InputError, nearestWord } from "../base/index.ts";

/** Options without their dashes, by command. */
export type AcceptedOptions = Readonly<Record<string, readonly string[]>>;

/** @param command null where none is named */
export function wrongOption(written: string, command: string | null, accepted: AcceptedOptions): InputError {
  const name = written.replace(/^-+/, "");
  const help = `See "lockspan ${command === null ? "" : `${command} `}--help".`;
  const own = command === null ? [] : (accepted[command] ?? []);
  const nearest = nearestWord(name, own) ?? nearestWord(name, Object.values(accepted).flat());
  if (command !== null && ownersOf(name, accepted).length > 0) {
    const hint = own.find((each) => each === nearest);
    return new InputError(`lockspan ${command} has no option ${written}`, {
      hint: `Only ${whoHas(name, accepted)} it. ${hint === undefined ? help : `Did you mean "--${hint}"?`}`,
    });
  }
  const where =
    nearest === null || command === null || own.includes(nearest)
      ? ""
      : `, which ${whoHas(nearest, accepted)}`;
  return new InputError(`there is no option ${written}`, {
    hint: nearest === null ? help : `Did you mean "--${nearest}"${where}?`,
  });
}

/** `lockspan a has`, `lockspan a, lockspan b and lockspan c have`. */
function whoHas(name: string, accepted: AcceptedOptions): string {
  const owners = ownersOf(name, accepted).map((command) => `lockspan ${command}`);
  if (owners.length < 2) return `${owners.join("")} has`;
  return `${owners.slice(0, -1).join(", ")} and ${owners.at(-1)} have`;
}

function ownersOf(name: string, accepted: AcceptedOptions): string[] {
  return Object.keys(accepted).filter((command) => accepted[command]?.includes(name));
}
