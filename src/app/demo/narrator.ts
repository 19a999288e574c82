/** Tells the story on standard output: one line per step, with what was read back. */
export interface Narrator {
  chapter(title: string): void;
  line(text: string): void;
  table(rows: readonly (readonly string[])[]): void;
}

const MAX_CELL = 72;

export function narrator(write: (text: string) => void): Narrator {
  return {
    chapter: (title) => write(`\n${title}\n`),
    line: (text) => write(`  ${text}\n`),
    table: (rows) => {
      const widths = rows[0]?.map((_, column) => Math.min(MAX_CELL, Math.max(...rows.map((row) => row[column]?.length ?? 0)))) ?? [];
      for (const row of rows)
        write(
          `  ${row
            .map((cell, column) => cell.padEnd(widths[column] ?? 0))
            .join('  ')
            .trimEnd()}\n`,
        );
    },
  };
}

/** A claim of the story; when it does not hold, the demo ends with a failure that names it. */
export function expectThat(claim: string, holds: boolean): asserts holds {
  if (!holds) throw new StoryFailed(claim);
}

export class StoryFailed extends Error {
  override readonly name = 'StoryFailed';

  constructor(claim: string) {
    super(`The story did not come out as told: ${claim}`);
  }
}
