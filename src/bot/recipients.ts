/**
 * To whom a reply goes: the author, and a copy to whom the patch itself was
 * addressed. Nobody else, not ourselves, and nobody who does not want it.
 */
import type { Message } from "../patch/index.ts";
import { parseMailbox } from "../reports/index.ts";
import type { BotSettings } from "./settings.ts";

/** A relay's address is a dead end. */
const DEAD_END = /^(devnull|no-?reply|nobody|mailer-daemon)\b/i;

/** Reply-To where the author set one that is no list, or else the author; null when nobody can be reached. */
export function recipientOf(message: Message, { list }: BotSettings): string | null {
  const lists = listNames(message, list.address);
  const asked = addressesIn(message.replyTo).filter((each) => !isList(each, lists));
  const all = [...asked, message.author, message.from ?? ""];
  return all.find((each) => isReachable(each)) ?? null;
}

interface Copies {
  readonly to: string;
  readonly settings: BotSettings;
  readonly optedOut: ReadonlySet<string>;
}

/** A patch that names more persons than any maintainer's script does wants to reach strangers by us. */
const MOST_COPIES = 60;

/** In the order of the patch's own To and Cc, each address once; of too many only the list. */
export function copiesOf(message: Message, { to, settings, optedOut }: Copies): string[] {
  const seen = new Set([keyOf(to), keyOf(settings.from)]);
  const copies = [...addressesIn(message.to), ...addressesIn(message.cc)].filter((each) => {
    const key = keyOf(each);
    if (!isReachable(each) || seen.has(key) || optedOut.has(key)) return false;
    seen.add(key);
    return true;
  });
  if (copies.length <= MOST_COPIES) return copies;
  return copies.filter((each) => keyOf(each) === settings.list.address.toLowerCase());
}

/** Whether it was sent to the bot by name. */
export function isToUs({ to, cc }: Message, { from }: BotSettings): boolean {
  return [...addressesIn(to), ...addressesIn(cc)].some((each) => keyOf(each) === keyOf(from));
}

/** More than that nobody writes to. */
const MOST_OF_FIELD = 100_000;

/** A comma inside quotes does not separate. */
function addressesIn(field: string | null): string[] {
  return (field?.slice(0, MOST_OF_FIELD).match(/(?:"[^"]*"|[^,"])+/g) ?? [])
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function isReachable(text: string): boolean {
  const mailbox = parseMailbox(text);
  return mailbox !== null && !DEAD_END.test(mailbox.address);
}

interface ListNames {
  readonly address: string;
  /** As its List-Id says; empty without. */
  readonly id: string;
}

/** Found once: a field may be long, and its mail may name many addresses. */
function listNames({ listId }: Message, address: string): ListNames {
  const [, id = ""] = /<([^<>]*)>/.exec(listId ?? "") ?? [];
  return { address: address.toLowerCase(), id: id.toLowerCase() };
}

function isList(text: string, { address, id }: ListNames): boolean {
  const key = keyOf(text);
  return key === address || (id !== "" && key.replace("@", ".") === id);
}

function keyOf(text: string): string {
  return parseMailbox(text)?.address.toLowerCase() ?? "";
}
