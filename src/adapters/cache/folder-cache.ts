/**
 * A folder of results, each in a file that is named after all that it was made from.
 *
 * A file begins with the name of its form, the digest of its key and the digest of its value, so
 * that what was cut, changed or put in another's place is seen and thrown away. It is written
 * beside its place and moved there: readers see all of it or nothing, whatever other processes
 * do. Nothing here fails a run: a folder that cannot be written is one in which nothing is kept.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ResultCache } from "../../base/index.ts";
import { pruneFolder } from "./prune-folder.ts";

export interface FolderCacheSetting {
  /** Made where it is not there. */
  readonly folder: string;
  /** What every result depends on: the program, its version and build, the rules. */
  readonly seal: readonly string[];
  /** Bytes; beyond them the results that were not asked for longest go first. */
  readonly most?: number;
}

const FORM = Buffer.from("lockspan result 1\n");
const DIGEST = 32;
const HEADER = FORM.length + 2 * DIGEST;

/** 512 MB: some dozen audits of a whole tree. */
const MOST_BYTES = 512 * 2 ** 20;

/** So much of the bound is written before the folder is looked through. */
const MOST_GROWTH = 0.25;

/** A result that is asked for is marked as used again after this time, not at every look. */
const MARK_AFTER_MS = 24 * 3600 * 1000;

export class FolderCache implements ResultCache {
  readonly #folder: string;
  readonly #seal: Buffer;
  readonly #most: number;
  /** Files that were written. */
  #written = 0;
  /** Bytes that were, since the folder was last looked through. */
  #grown = 0;
  #isWritable = true;

  constructor({ folder, seal, most = MOST_BYTES }: FolderCacheSetting) {
    this.#folder = folder;
    this.#seal = digestOf(seal.map((part) => Buffer.from(part)));
    this.#most = most;
  }

  get(kind: string, content: readonly string[]): Uint8Array | null {
    const key = this.#keyOf(kind, content);
    const file = this.#fileOf(key);
    let bytes: Buffer;
    try {
      bytes = readFileSync(file);
    } catch {
      return null;
    }
    const value = valueIn(bytes, key);
    if (value === null) discard(file);
    else markUsed(file);
    return value;
  }

  set(kind: string, content: readonly string[], value: Uint8Array): void {
    if (!this.#isWritable) return;
    const key = this.#keyOf(kind, content);
    const file = this.#fileOf(key);
    const beside = `${file}.${process.pid}.${this.#written}.new`;
    try {
      mkdirSync(join(file, ".."), { recursive: true, mode: 0o700 });
      writeFileSync(beside, Buffer.concat([FORM, key, digestOf([value]), value]), { mode: 0o600 });
      renameSync(beside, file);
      this.#written += 1;
      this.#grown += HEADER + value.length;
    } catch {
      // A disk that is full or closed to us: the next one would fail as well.
      this.#isWritable = false;
      discard(beside);
    }
    // A process that stays may never close it.
    if (this.#grown > this.#most * MOST_GROWTH) this.close();
  }

  /** Keeps the folder within its bounds. */
  close(): void {
    if (this.#grown > 0) pruneFolder(this.#folder, this.#most);
    this.#grown = 0;
  }

  #keyOf(kind: string, content: readonly string[]): Buffer {
    return digestOf([this.#seal, Buffer.from(kind), ...content.map((part) => Buffer.from(part))]);
  }

  #fileOf(key: Buffer): string {
    const name = key.toString("hex");
    return join(this.#folder, name.slice(0, 2), name.slice(2));
  }
}

/** The digests of the parts count, so that no two lists of parts are one text. */
function digestOf(parts: readonly Uint8Array[]): Buffer {
  const whole = createHash("sha256");
  for (const part of parts) whole.update(createHash("sha256").update(part).digest());
  return whole.digest();
}

function valueIn(bytes: Buffer, key: Buffer): Uint8Array | null {
  const at = FORM.length + DIGEST;
  if (!bytes.subarray(0, FORM.length).equals(FORM)) return null;
  if (!bytes.subarray(FORM.length, at).equals(key)) return null;
  const value = bytes.subarray(HEADER);
  return bytes.subarray(at, HEADER).equals(digestOf([value])) ? value : null;
}

function markUsed(file: string): void {
  try {
    const now = Date.now();
    if (now - statSync(file).mtimeMs > MARK_AFTER_MS) utimesSync(file, now / 1000, now / 1000);
  } catch {
    // Another process has thrown it away.
  }
}

function discard(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // It is not ours to throw away.
  }
}
