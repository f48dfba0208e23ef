/** A thread of a long audit: programs in, reports out. What it read for one program is gone before the next. */
import { workerData } from "node:worker_threads";
import { analysisSetting, type ProgramReport, reportOnProgram, settingForOne } from "../review/index.ts";
import type { AuditTask, AuditWorkerSetting } from "./audit-task.ts";

const { packs, profile, callers, paths } = workerData as AuditWorkerSetting;
const setting = analysisSetting(packs, profile, "everything", callers);

/** The pool asks for it by this name. */
export function report(program: AuditTask): ProgramReport {
  return reportOnProgram(program, paths, settingForOne(setting));
}
