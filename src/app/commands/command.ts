/** What a command has of the world: where it writes, its environment, and when it is told to end. */
export interface CommandIo {
  readonly out: (text: string) => void;
  readonly complain: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
  /** Resolves when the process is asked to end (SIGTERM or SIGINT). */
  readonly asked: Promise<void>;
}

/** Exit codes that scripts can rely on. */
export const exitCodes = {
  done: 0,
  /** What was asked for did not come out: a bundle that is not proven, a story that went wrong. */
  failed: 1,
  /** The command line or the configuration cannot be understood. */
  usage: 2,
  /** It could not start: the database is in use, cannot be reached, or is for something else. */
  unavailable: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** The text of `--help`. */
  readonly help: string;
  run(args: readonly string[], io: CommandIo): Promise<ExitCode>;
}

/** The command line cannot be understood; the message says how it should be. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
