/**
 * The kinds of failure that reach a person, and the exit status of each.
 *
 * What a stage can legitimately conclude (a hunk does not fit, a construct that
 * cannot be read) is in its return type and is never thrown.
 */

/** What a failed run exits with; the numbers are fixed, other programs read them. */
export type FailureStatus = 2 | 3 | 4 | 70;

interface FailureOptions {
  /** What the user can do about it, as one short sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** A failure with one line that says what, where and what to do. */
export abstract class Failure extends Error {
  /** Said here, because the bundle shortens the names of classes. */
  abstract override readonly name: string;
  abstract readonly status: FailureStatus;
  readonly hint: string | null;

  constructor(message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint ?? null;
  }
}

/** Bad arguments, configuration or rule pack: the user can mend it. Exit 2. */
export class InputError extends Failure {
  override readonly name = "InputError";
  readonly status = 2;
}

/** A patch that cannot be read or does not apply, or a named file that is not there. Exit 3. */
export class PatchError extends Failure {
  override readonly name = "PatchError";
  readonly status = 3;
}

/** An outside service failed: git remote, mail server, GitHub, database. Exit 4. */
export class ServiceError extends Failure {
  override readonly name = "ServiceError";
  readonly status = 4;
}

/** A promise of our own was broken. Exit 70, with a request to report it. */
export class InvariantError extends Failure {
  override readonly name = "InvariantError";
  readonly status = 70;
}
