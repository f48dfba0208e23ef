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
  const asked = addressesIn(message.replyTo).filter((each) => !isList(each, message, list.address));
  const all = [...asked, message.author, message.from ?? ""];
  return all.find((each) => isReachable(each)) ?? null;
}

interface Copies {
  readonly to: string;
  readonly settings: BotSettings;
  readonly optedOut: ReadonlySet<string>;
}

/** In the order of the patch's own To and Cc, each address once. */
export function copiesOf(message: Message, { to, settings, optedOut }: Copies): string[] {
  const seen = new Set([keyOf(to), keyOf(settings.from)]);
  return [...addressesIn(message.to), ...addressesIn(message.cc)].filter((each) => {
    const key = keyOf(each);
    if (!isReachable(each) || seen.has(key) || optedOut.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** A comma inside quotes does not separate. */
function addressesIn(field: string | null): string[] {
  return (field?.match(/(?:"[^"]*"|[^,"])+/g) ?? []).map((part) => part.trim()).filter((part) => part !== "");
}

function isReachable(text: string): boolean {
  const mailbox = parseMailbox(text);
  return mailbox !== null && !DEAD_END.test(mailbox.address);
}

/** The list itself, or an address that the patch was sent to beside its author. */
function isList(text: string, message: Message, list: string): boolean {
  const key = keyOf(text);
  if (key === list.toLowerCase()) return true;
  const [, id = ""] = /<([^<>]*)>/.exec(message.listId ?? "") ?? [];
  return id !== "" && key.replace("@", ".") === id.toLowerCase();
}

function keyOf(text: string): string {
  return parseMailbox(text)?.address.toLowerCase() ?? "";
}
