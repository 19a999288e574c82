import type { AdministrationClient } from './administration-client.ts';
import { importFile } from './import-roster.ts';
import { expectThat } from './narrator.ts';
import { type Finding, findingsNow } from './reconcile.ts';
import type { Stage } from './story.ts';

/** Full story, before chapter 4: HR's roster is there, and no directory has been looked at. Nobody passes by that. Returns the findings. */
export async function reconcileUnseen(stage: Stage, administrator: AdministrationClient, timeZone: string): Promise<readonly Finding[]> {
  stage.narrator.chapter('3b  Nothing has been looked at');
  await importFile(stage, administrator, { file: 'last month', timeZone });
  await administrator.post('/reconciliation/runs', {});
  const findings = await findingsNow(administrator);
  expectThat(
    'nobody passes by a directory that nobody has looked at (I8)',
    findings.every(({ effect }) => effect !== 'PASS'),
  );
  const verdicts = new Map<string, number>();
  for (const { verdict } of findings) verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
  stage.narrator.line([...verdicts].map(([verdict, count]) => `${count} × ${verdict}`).join(', '));
  return findings;
}
