import type { AdministrationClient } from './administration-client.ts';
import { colleagues } from './cast.ts';
import { expectThat } from './narrator.ts';
import { type RosterFileName, rosterFile } from './roster-file.ts';
import type { Stage } from './story.ts';

interface ImportOutcome {
  readonly rows: number;
  readonly added: number;
  readonly changed: number;
  readonly ended: number;
  readonly rehired: number;
  readonly rejected: readonly { readonly line: number; readonly reason: string }[];
  readonly fileSha256: string;
}

/** Chapter 7: HR's roster arrives twice: last month's file, then today's; each is looked at before it is taken. */
export async function importRoster(stage: Stage, administrator: AdministrationClient, timeZone: string): Promise<void> {
  stage.narrator.chapter('7  HR says who left');
  for (const file of ['last month', 'today'] as const) await importFile(stage, administrator, { file, timeZone });
}

/** A dry run, then the import of the same file. */
export async function importFile(
  stage: Stage,
  administrator: AdministrationClient,
  { file, timeZone }: { readonly file: RosterFileName; readonly timeZone: string },
): Promise<void> {
  const text = rosterFile(stage.cast, colleagues(stage.colleagues), { now: stage.clock.now(), timeZone, file });
  const path = `/roster/imports?full=${file === 'everybody'}`;
  const dryRun = await administrator.upload<ImportOutcome>(`${path}&mode=dry-run`, text, 'text/csv');
  const done = await administrator.upload<ImportOutcome>(`${path}&mode=import`, text, 'text/csv');
  expectThat(
    'the import does what its dry run said',
    dryRun.added === done.added && dryRun.changed === done.changed && done.rejected.length === 0,
  );
  stage.narrator.line(
    `${fileNames[file]}: ${done.rows} rows, ${done.added} added, ${done.changed} changed, ${done.ended} ended, ` +
      `${done.rehired} rehired, ${done.rejected.length} rejected; sha256 ${done.fileSha256.slice(0, 12)}…`,
  );
}

const fileNames: Record<RosterFileName, string> = {
  'last month': "last month's file",
  today: "today's file",
  everybody: 'a file that is declared to hold everybody',
  'a later file': 'a later file, which is not',
};
