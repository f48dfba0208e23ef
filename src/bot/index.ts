/** The mailing-list bot: decides which mails are for us and what is answered. May not analyse. */
export { type BotConfig, readConfig } from "./config.ts";
export { askRunning } from "./control.ts";
export {
  type LogEntry,
  oneRound,
  type RoundResult,
  type Rounds,
  receiveAll,
} from "./cycle.ts";
export { parseMaintainers } from "./maintainers.ts";
export { modeFor, type OpenBot, openBot, openStoreOf, reviewOn } from "./open-bot.ts";
export { helpReplays, runReplay } from "./open-replay.ts";
export { operate, type Question } from "./operate.ts";
export { readMail } from "./read-mail.ts";
export { copiesOf, recipientOf } from "./recipients.ts";
export type { Stretch } from "./replay.ts";
export { runBot, runOnce } from "./run.ts";
export { minutesAfter } from "./settings.ts";
export { storyOf } from "./story.ts";
