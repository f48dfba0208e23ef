/** What an operator decides about the bot, as values; `adapters/` and the command line fill them. */
import type { Mode } from "../review/index.ts";
import type { Profile } from "../rules/index.ts";

export interface BotSettings {
  readonly mode: Mode;
  readonly list: ListSettings;
  /** `Name <address>` that the replies come from. */
  readonly from: string;
  /** The person behind it, named in every mail. */
  readonly human: string;
  /** The right side of our message ids. */
  readonly domain: string;
  /** Gets the replies in mode `moderate`; null otherwise. */
  readonly moderator: string | null;
  readonly profile: Profile;
  readonly times: Times;
  readonly caps: Caps;
  /** While a file of that name is there, nothing leaves. */
  readonly stopFile: string;
  /**
   * By section of the tree's MAINTAINERS file: replies about its files are sent in that mode. Null
   * where no section is asked for: all files are treated alike.
   */
  readonly sections: ReadonlyMap<string, Mode | "off"> | null;
}

interface ListSettings {
  readonly address: string;
  /** As in List-Id, without brackets. */
  readonly id: string;
  /** Behind it stands a message id; null where the archive has no pages. */
  readonly link: string | null;
}

interface Times {
  /** After its last part came, a series is left in peace for so long. */
  readonly settleMinutes: number;
  /** A reply leaves so long after its patch came, at the earliest. */
  readonly embargoMinutes: number;
  /** So long a missing part is waited for. */
  readonly incompleteMinutes: number;
}

interface Caps {
  readonly commentsPerMail: number;
  readonly mailsPerAuthorDay: number;
  readonly mailsPerListDay: number;
}

export const MINUTE_MS = 60_000;
/** Later than any clock. */
export const END_OF_TIME = new Date("9999-01-01T00:00:00Z");
export const DAY_MS = 24 * 60 * MINUTE_MS;

export function minutesAfter(time: Date, minutes: number): Date {
  return new Date(time.getTime() + minutes * MINUTE_MS);
}

export function laterOf(left: Date, right: Date): Date {
  return left > right ? left : right;
}
