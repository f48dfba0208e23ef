/**
 * A driver's locks as a Markdown document to keep beside its source: which lock guards what, for
 * the devices of which subsystem and by which way in, and what does not keep to it.
 */
import { compareFindings } from "../findings/index.ts";
import type { DocumentedLock, DocumentedObject, LockDocument } from "../review/index.ts";
import type { Profile } from "../rules/index.ts";
import { sortedGaps } from "./gap-order.ts";
import { concurrencyLines } from "./lock-document-concurrency.ts";
import { wayLines } from "./lock-document-ways.ts";
import { code, tableOf, words } from "./markdown.ts";
import { listOf } from "./wording.ts";

const PROFILE_WORDS: Readonly<Record<Profile, string>> = {
  list: "the driver's lock guards what links its objects; the objects themselves are not guarded",
  "approach-a":
    "the driver keeps the subsystems apart where they share something, and each subsystem keeps its own callers apart",
  "approach-b": "the driver keeps all its callers apart by itself",
};

/** @returns one document, with a line end; a rule stands between two drivers */
export function renderLockDocuments(documents: readonly LockDocument[]): string {
  return documents.map(documentText).join("\n---\n\n");
}

function documentText(document: LockDocument): string {
  const sections = [
    [`# ${titleOf(document)}`],
    introduction(document),
    section("Locks", lockLines(document.locks)),
    section("Which lock protects what", objectLines(document)),
    section("Ways in", wayLines(document)),
    section("What does not keep to it", departureLines(document)),
    section("What may run at the same time", concurrencyLines(document.concurrency)),
    section("Lock order", orderLines(document)),
    section("What was not analysed", gapLines(document)),
  ];
  const blocks = sections.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${blocks.join("\n\n")}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, "", ...lines];
}

function titleOf({ title, files }: LockDocument): string {
  return `Locks: ${title === null ? listOf(files.map(words)) : words(title)}`;
}

function introduction({ profile, files, factsAt }: LockDocument): string[] {
  const read = factsAt === null ? "" : ` What the callers hold was read at ${words(factsAt)}.`;
  return [
    `Profile ${code(profile)}: ${PROFILE_WORDS[profile]}.${read}`,
    "",
    `Made by ${code(`lockspan model --format markdown --profile ${profile}`)} from ${listOf(files.map(code))}.`,
  ];
}

function lockLines(locks: readonly DocumentedLock[]): string[] {
  return tableOf(
    ["lock", "kind", "where", "guards"],
    locks.map(({ name, kind, struct, type, file, guards }) => {
      const scope =
        kind === "member" ? `in each ${code(struct ?? "object")}` : kind === "global" ? "one" : "";
      const kinds = [type === null ? "" : words(type), scope].filter((part) => part !== "");
      return [
        code(name),
        kinds.join(", "),
        file === null ? "" : code(file),
        guards === null ? "" : words(guards),
      ];
    }),
  );
}

function objectLines({ objects, notGuarded, subsystems }: LockDocument): string[] {
  if (objects.length === 0)
    return ["No rule says what these locks guard. `lockspan infer` proposes rules from what the code does."];
  const own = subsystems.filter(({ lock }) => lock !== null);
  const heads = own.map(({ title }) => `for a ${words(title)} device`);
  const rows = objects.map((object) => [
    `${words(object.noun)}: ${memoryText(object)}`,
    ...own.map(({ subsystem }) => lockText(object, subsystem)),
    lockText(object, null),
    exceptionText(object),
  ]);
  const last = own.length === 0 ? "lock" : "on any other way in";
  const left = notGuarded.map((object) => `${words(object.noun)} (${memoryText(object)})`);
  return [
    ...tableOf(["object", ...heads, last, "besides"], rows),
    ...(left.length === 0 ? [] : ["", `Not guarded under this profile: ${listOf(left)}.`]),
  ];
}

function memoryText({ global, struct, fields }: DocumentedObject): string {
  if (global !== null) return code(global);
  if (fields === "all") return `all of ${code(`struct ${struct}`)}`;
  return `${listOf(fields.map(code))} of ${code(`struct ${struct}`)}`;
}

function lockText(
  { lock, read, write, alternatives, bySubsystem }: DocumentedObject,
  subsystem: string | null,
): string {
  const shared =
    read === "shared" ? (write === "shared" ? " (shared is enough)" : " (shared is enough to read)") : "";
  const own = bySubsystem.filter((each) => each.subsystem === subsystem).map((each) => each.lock);
  const instead = [...alternatives, ...own].map((each) => `${code(each)} held by every caller`);
  return [`${code(lock)}${shared}`, ...instead].join(", or ");
}

function exceptionText({ constant, lockFree, walkKeys }: DocumentedObject): string {
  const verb = (fields: readonly string[], one: string, many: string) => (fields.length === 1 ? one : many);
  const parts = [
    ...(walkKeys.length === 0 ? [] : [`${listOf(walkKeys.map(code))} of other members, read on a walk, too`]),
    ...(constant.length === 0
      ? []
      : [`${listOf(constant.map(code))} never ${verb(constant, "changes", "change")}: no lock to read`]),
    ...(lockFree.length === 0 ? [] : [`${listOf(lockFree.map(code))}: atomic, no lock`]),
  ];
  return parts.join("; ");
}

function departureLines({ departures, objects }: LockDocument): string[] {
  if (departures.length === 0) return objects.length === 0 ? [] : ["Nothing that was found."];
  return [...departures]
    .sort(compareFindings)
    .map(({ check, file, line, function: name, message, confidence, status }) => {
      const sure = confidence === "must" ? "on every path" : "on some path";
      return `- ${code(name)} (${code(`${file}:${line}`)}): ${words(message)}. ${code(check)}, ${sure}, ${status}.`;
    });
}

function orderLines({ order }: LockDocument): string[] {
  return tableOf(
    ["held", "then taken", "in"],
    order.map(({ from, to, at }) => [
      code(from),
      code(to),
      listOf([...new Set(at.map((place) => code(place.function)))].sort()),
    ]),
  );
}

function gapLines({ gaps, complaints }: LockDocument): string[] {
  return [
    ...complaints.map((complaint) => `- ${words(complaint)}`),
    ...sortedGaps(gaps).map(({ file, line, endLine, why }) => {
      const lines = endLine === line ? `${line}` : `${line}-${endLine}`;
      return `- ${code(`${file}:${lines}`)}: ${words(why)}`;
    }),
  ];
}
