/**
 * What the user of an editor may set: `initializationOptions`, or `lockspan` in the settings.
 *
 * In: whatever the editor sent, what the command line said. Out: settings that hold, and one line
 * for each value that does not.
 */
import { isAbsolute, join } from "node:path";
import { nearestWord } from "../base/index.ts";
import { PROFILES, type Profile } from "../rules/index.ts";

export interface EditorSettings {
  readonly profile: Profile;
  /** Whole paths of folders with rule packs, beside those that ship. */
  readonly rules: readonly string[];
  /** Whether the ends of lock spans are written behind their lines. */
  readonly hints: boolean;
}

export interface ReadSettings {
  readonly settings: EditorSettings;
  readonly complaints: readonly string[];
}

/**
 * @param given of any shape: it comes from outside
 * @param otherwise what counts where nothing, or nothing usable, is given
 * @param folder that names of rule packs are relative to
 */
export function readSettings(given: unknown, otherwise: EditorSettings, folder: string): ReadSettings {
  if (given === undefined || given === null) return { settings: otherwise, complaints: [] };
  if (typeof given !== "object" || Array.isArray(given)) {
    return {
      settings: otherwise,
      complaints: ["the settings must be an object with profile, rules or hints"],
    };
  }
  const complaints: string[] = [];
  const { profile, rules, hints, ...others } = given as Record<string, unknown>;
  for (const name of Object.keys(others)) complaints.push(unknownKey(name));
  const settings = {
    profile:
      profile === undefined ? otherwise.profile : (profileOf(profile, complaints) ?? otherwise.profile),
    rules: rules === undefined ? otherwise.rules : (foldersOf(rules, folder, complaints) ?? otherwise.rules),
    hints: hints === undefined ? otherwise.hints : (flagOf(hints, complaints) ?? otherwise.hints),
  };
  return { settings, complaints };
}

const KEYS = ["profile", "rules", "hints"];

function unknownKey(name: string): string {
  const near = nearestWord(name, KEYS);
  return `there is no setting "${name}"${near === null ? `; known: ${KEYS.join(", ")}` : `; did you mean "${near}"?`}`;
}

function profileOf(value: unknown, complaints: string[]): Profile | null {
  const found = PROFILES.find((each) => each === value);
  if (found === undefined) complaints.push(`profile must be one of ${PROFILES.join(", ")}`);
  return found ?? null;
}

/** One folder, or a list. */
function foldersOf(value: unknown, folder: string, complaints: string[]): string[] | null {
  const names: unknown[] = Array.isArray(value) ? value : [value];
  if (names.every((name) => typeof name === "string" && name !== "")) {
    return (names as string[]).map((name) => (isAbsolute(name) ? name : join(folder, name)));
  }
  complaints.push("rules must be the name of a folder, or a list of them");
  return null;
}

function flagOf(value: unknown, complaints: string[]): boolean | null {
  if (typeof value === "boolean") return value;
  complaints.push("hints must be true or false");
  return null;
}
