/**
 * Reads objects through one `git cat-file --batch` that stays: starting git for each would cost
 * more than most reviews.
 */
import { spawn } from "node:child_process";
import { ServiceError } from "../../base/index.ts";
import { readingEnvironment } from "./reading-environment.ts";

export interface ObjectReader {
  /**
   * @param name an id, or `COMMIT:PATH`
   * @returns null where the repository has no such object, or it is no blob
   * @throws {ServiceError} when git ends before it has answered
   */
  readonly read: (name: string) => Promise<Uint8Array | null>;
  readonly close: () => void;
}

interface Question {
  readonly name: string;
  readonly answer: (bytes: Uint8Array | null) => void;
  readonly fail: (cause: ServiceError) => void;
}

export function openObjectReader(folder: string): ObjectReader {
  const git = spawn("git", ["--no-replace-objects", "-C", folder, "cat-file", "--batch"], {
    env: readingEnvironment(),
    stdio: ["pipe", "pipe", "ignore"],
  });
  const waiting: Question[] = [];
  const answers = new AnswerReader((bytes) => waiting.shift()?.answer(bytes));
  let failure: ServiceError | null = null;
  const end = (why: string) => {
    failure ??= new ServiceError(`git cat-file in ${folder}: ${why}`, {
      hint: "Check that git works in that folder.",
    });
    for (const { fail } of waiting.splice(0)) fail(failure);
  };
  git.stdout.on("data", (chunk: Buffer) => answers.take(chunk));
  git.on("error", (cause) => end(cause.message));
  git.on("close", (status) => end(`ended with status ${status}`));
  // What is wrong is said when the process ends.
  git.stdin.on("error", () => {});
  return {
    read: (name) =>
      new Promise((answer, fail) => {
        if (failure !== null) fail(failure);
        // A line end would be a second question.
        else if (/[\n\0]/.test(name)) answer(null);
        else {
          waiting.push({ name, answer, fail });
          git.stdin.write(`${name}\n`);
        }
      }),
    close: () => {
      git.stdin.end();
    },
  };
}

/** Cuts git's output into answers: a line with the size, the bytes, a line end. */
class AnswerReader {
  readonly #answer: (bytes: Uint8Array | null) => void;
  #chunks: Buffer[] = [];
  #length = 0;
  /** Bytes until the next answer can be cut; a line is looked for while this is null. */
  #wanted: number | null = null;
  #isBlob = false;

  constructor(answer: (bytes: Uint8Array | null) => void) {
    this.#answer = answer;
  }

  take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#wanted === null ? this.#line() : this.#contents(this.#wanted));
  }

  #line(): boolean {
    const bytes = this.#joined();
    const at = bytes.indexOf(10);
    if (at === -1) return false;
    const [, type, size] = /^\S+ (\w+) (\d+)$/.exec(bytes.toString("latin1", 0, at)) ?? [];
    this.#keep(bytes.subarray(at + 1));
    if (size === undefined) this.#answer(null);
    else {
      this.#wanted = Number(size) + 1;
      this.#isBlob = type === "blob";
    }
    return true;
  }

  #contents(wanted: number): boolean {
    if (this.#length < wanted) return false;
    const bytes = this.#joined();
    this.#wanted = null;
    this.#keep(bytes.subarray(wanted));
    this.#answer(this.#isBlob ? bytes.subarray(0, wanted - 1) : null);
    return true;
  }

  #joined(): Buffer {
    const [first] = this.#chunks;
    if (this.#chunks.length === 1 && first !== undefined) return first;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
  }
}
