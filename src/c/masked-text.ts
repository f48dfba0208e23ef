/** A text under rewriting at equal length: every newline and every offset stays. */
export class MaskedText {
  private readonly bytes: Buffer;
  private readonly codes: Uint16Array;

  constructor(text: string) {
    // A slow buffer has memory of its own, and so the alignment that 16-bit units need.
    this.bytes = Buffer.allocUnsafeSlow(text.length * 2);
    this.bytes.write(text, "utf16le");
    this.codes = new Uint16Array(this.bytes.buffer, this.bytes.byteOffset, text.length);
  }

  /** Everything in the stretch but line ends becomes a space. */
  blank(start: number, end: number): void {
    for (let at = start; at < end; at++) {
      const code = this.codes[at];
      if (code !== 10 && code !== 13) this.codes[at] = 32;
    }
  }

  /** Writes `text` at `start`; the caller has made sure that no newline is overwritten. */
  write(start: number, text: string): void {
    for (let at = 0; at < text.length; at++) this.codes[start + at] = text.charCodeAt(at);
  }

  /** Blanks the stretch, then writes `text` at its start. */
  replace(start: number, end: number, text: string): void {
    this.blank(start, end);
    this.write(start, text);
  }

  /** Moves the stretch one to the left, over the character before it; its last place becomes a blank. */
  moveLeft(start: number, end: number): void {
    this.codes.copyWithin(start - 1, start, end);
    this.codes[end - 1] = 32;
  }

  /** Whether the stretch has no line end, so that one word may fill it. */
  isOneLine(start: number, end: number): boolean {
    for (let at = start; at < end; at++) if (this.codes[at] === 10) return false;
    return true;
  }

  /** Makes one word of the stretch: whatever cannot stand in a word becomes `_`. */
  join(start: number, end: number): void {
    for (let at = start; at < end; at++) {
      const code = this.codes[at] ?? 32;
      if (code === 10 || code === 13) {
        this.blank(at, end);
        return;
      }
      if (!isWordCode(code)) this.codes[at] = 95;
    }
  }

  /** Makes strings of the stretch, one a line; of its letters the first and the last of each go. */
  quote(start: number, end: number): void {
    let isWritten = false;
    for (let from = start; from < end; ) {
      let to = from;
      while (to < end && this.codes[to] !== 10 && this.codes[to] !== 13) to++;
      isWritten = this.quoteLine(from, to) || isWritten;
      from = to + 1;
    }
    if (!isWritten) this.write(start, "0");
  }

  private quoteLine(start: number, end: number): boolean {
    let [from, to] = [start, end];
    while (from < to && isBlankCode(this.codes[from])) from++;
    while (from < to && isBlankCode(this.codes[to - 1])) to--;
    if (to - from < 2) {
      this.blank(from, to);
      return false;
    }
    for (let at = from; at < to; at++)
      if (this.codes[at] === 34 || this.codes[at] === 92) this.codes[at] = 95;
    this.write(from, '"');
    this.write(to - 1, '"');
    return true;
  }

  toString(): string {
    return this.bytes.toString("utf16le");
  }
}

function isBlankCode(code: number | undefined): boolean {
  return code === 32 || code === 9;
}

function isWordCode(code: number): boolean {
  return (
    (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95
  );
}
