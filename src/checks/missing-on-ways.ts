/**
 * Says which lock is missing where a guard takes one of several, and on which ways in:
 * that of the callers' subsystem is asked for by its name.
 */
import { type EntryWay, type Guard, locksInsteadFor } from "../locks/index.ts";

/** Ways that a sentence can name and still be read. */
const NAMED_WAYS = 4;

/** `without L`, `with neither L nor S held on the way in by .assign (bus)`. @param lacking the ways in without any */
export function withoutText(guard: Guard | null, lock: string, lacking: readonly EntryWay[]): string {
  const instead = guard === null ? [] : locksMissing(guard, lacking).filter((each) => each !== lock);
  if (instead.length === 0) return `without ${lock}`;
  return `with neither ${[lock, ...instead].join(" nor ")} held${waysText(lacking)}`;
}

/** `S is not held on the way in by .assign (bus)`; null where nothing is known of the callers. */
export function insteadMissing(guard: Guard, lacking: readonly EntryWay[]): string | null {
  const ways = waysText(lacking);
  const verb = ways === "" ? null : locksMissing(guard, lacking);
  if (verb === null) return null;
  return verb.length === 1
    ? `${verb.join()} is not held${ways}`
    : `neither ${verb.join(" nor ")} is held${ways}`;
}

/** The locks, besides the guard's own, that would have done on any of these ways. */
function locksMissing(guard: Guard, lacking: readonly EntryWay[]): string[] {
  const subsystems = lacking.filter(({ isDeclared }) => isDeclared).map(({ subsystem }) => subsystem);
  const asked = subsystems.length > 0 ? subsystems : [null];
  return [...new Set(asked.flatMap((subsystem) => [...locksInsteadFor(guard, subsystem)]))].sort();
}

/** Empty for ways of which nothing is known. */
function waysText(ways: readonly EntryWay[]): string {
  const names = [...new Set(ways.filter(({ isDeclared }) => isDeclared).map(wayName))].sort();
  const named = names.length > NAMED_WAYS ? names.slice(0, NAMED_WAYS - 1) : names;
  const more = names.length - named.length;
  const all = more === 0 ? named : [...named, `${more} more`];
  if (all.length < 2) return all.length === 0 ? "" : ` on the way in by ${all.join()}`;
  return ` on the ways in by ${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}

function wayName({ operation, subsystem }: EntryWay): string {
  return operation === null ? `the callers from ${subsystem}` : `.${operation} (${subsystem})`;
}
