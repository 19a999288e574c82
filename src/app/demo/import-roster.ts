import type { AdministrationClient } from './administration-client.ts';
import { cast, colleagues, type Role } from './cast.ts';
import { expectThat } from './narrator.ts';
import { rosterFile } from './roster-file.ts';
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
  for (const beforeRehire of [true, false]) {
    const people: readonly Role[] = Object.values(cast);
    const file = rosterFile(people, colleagues(stage.colleagues), { now: stage.clock.now(), timeZone, beforeRehire });
    const dryRun = await administrator.upload<ImportOutcome>('/roster/imports?mode=dry-run', file, 'text/csv');
    const done = await administrator.upload<ImportOutcome>('/roster/imports?mode=import', file, 'text/csv');
    expectThat(
      'the import does what its dry run said',
      dryRun.added === done.added && dryRun.changed === done.changed && done.rejected.length === 0,
    );
    stage.narrator.line(
      `${beforeRehire ? "last month's file" : "today's file"}: ${done.rows} rows, ${done.added} added, ${done.changed} changed, ${done.ended} ended, ` +
        `${done.rehired} rehired, ${done.rejected.length} rejected; sha256 ${done.fileSha256.slice(0, 12)}…`,
    );
  }
}
