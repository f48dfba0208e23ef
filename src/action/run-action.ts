/**
 * One run of the action: read the change, review it, leave the reports behind, and
 * only then say it on the pull request.
 */
import { Failure } from "../base/index.ts";
import { command, githubWords, jobPage, type LinkTargets, type SummaryFacts } from "../reports/index.ts";
import { baselineOf, changeOf, connection, hostOf, packsOf } from "./change.ts";
import { type ActionTools, type Job, readJob } from "./job.ts";
import { judge } from "./judge.ts";
import { type Posted, post } from "./post.ts";
import { writeFiles, writeLog, writeOutputs, writeStepSummary } from "./write.ts";

/**
 * @returns the exit status: 1 when something was found, 4 when GitHub failed to take what was to be posted
 * @throws {Failure} when there is nothing to review, or it could not be read
 */
export async function runAction(tools: ActionTools): Promise<0 | 1 | 4> {
  const job = await readJob(tools);
  const github = connection(job, tools);
  const packs = await packsOf(job, tools, github);
  const baseline = await baselineOf(job, github);
  const change = await changeOf(job, tools, github);
  const judgement = await judge(job, { change, packs, baseline });
  const facts: SummaryFacts = {
    review: judgement.review,
    targets: targetsOf(job, change.base),
    told: judgement.told,
    older: judgement.older,
    known: judgement.known.length,
    base: change.base,
    head: job.event.head,
    remarks: change.isWhole ? [] : [ONLY_LISTED],
  };
  const files = await writeFiles(job, tools, { judgement, facts });
  const whole = { ...facts, remarks: [...facts.remarks, ...files.remarks] };
  writeLog(tools, judgement, whole);
  await writeOutputs(job, judgement, files);
  await writeStepSummary(job, jobPage(whole));
  const host = await hostOf(job, github);
  if (host === null) return judgement.fails ? 1 : 0;
  const posting = { host, mode: job.inputs.comment, judgement, facts: whole, wait: tools.wait };
  const { remarks, failed } = await post(posting).catch(unposted);
  for (const remark of remarks) tools.log(command(failed ? "warning" : "notice", {}, `lockspan: ${remark}`));
  if (remarks.length > 0)
    await writeStepSummary(job, remarks.map((remark) => `\n> lockspan: ${githubWords(remark)}.`).join("\n"));
  if (judgement.fails) return 1;
  return failed ? 4 : 0;
}

const ONLY_LISTED =
  "GitHub does not list all files of so long a change, and the others were not looked at: check the repository out before this step, with fetch-depth: 0";

/** Reading failed in the middle: what was found is in the reports already. */
function unposted(cause: unknown): Posted {
  if (!(cause instanceof Failure) || cause.status !== 4) throw cause;
  const hint = cause.hint === null ? "" : `. ${cause.hint.replace(/\.$/, "")}`;
  return { remarks: [`comments could not be posted: ${cause.message}${hint}`], failed: true };
}

function targetsOf({ event, serverUrl, owner, repo }: Job, base: string): LinkTargets {
  const own = `${owner}/${repo}`;
  const headRepo = event.kind === "pull-request" ? (event.headRepo ?? own) : own;
  return { old: `${serverUrl}/${own}/blob/${base}`, new: `${serverUrl}/${headRepo}/blob/${event.head}` };
}
