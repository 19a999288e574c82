import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';

export interface RunningProgram {
  readonly child: ChildProcess;
  /** What it has written so far, on both outputs. */
  output(): string;
  /** Resolves with what it has written once that matches. Rejects when it ends without. */
  wrote(pattern: RegExp): Promise<RegExpExecArray>;
  /** Asks it to end and resolves with its exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  exited(): Promise<number | null>;
}

const MAIN = 'dist/app/main.js';

/** Runs `rollcall` as a user does, from the build, with nothing of this process's settings. */
export function runProgram(args: readonly string[], environment: Readonly<Record<string, string>> = {}): RunningProgram {
  if (!existsSync(MAIN)) throw new Error('run npm run build first');
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...environment },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exit = once(child, 'close').then(([code]) => code as number | null);
  return {
    child,
    output: () => text,
    wrote: (pattern) => wrote(child, pattern, () => text),
    exited: () => exit,
    end: (signal = 'SIGTERM') => {
      child.kill(signal);
      return exit;
    },
  };
}

function wrote(child: ChildProcess, pattern: RegExp, text: () => string): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = pattern.exec(text());
      if (found !== null) resolve(found);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.on('close', (code) => reject(new Error(`it ended with ${String(code)} and had written: ${text()}`)));
    look();
  });
}
