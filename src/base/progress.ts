/** How far a long piece of work is, for whoever waits for it. */
export interface Progress {
  readonly what: string;
  readonly done: number;
  /** Null when nobody knows. */
  readonly left: number | null;
}

export type OnProgress = (progress: Progress) => void;
