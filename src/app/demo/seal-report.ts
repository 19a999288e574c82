import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DAY_MS, plusMs } from '../../kernel/index.ts';
import type { AdministrationClient } from './administration-client.ts';
import { changeOneByte } from './change-one-byte.ts';
import { expectThat } from './narrator.ts';
import type { Stage } from './story.ts';

const PERIOD_DAYS = 30;

interface Report {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly manifestSha256: string;
  readonly checkpoint: { readonly size: number };
}

/** Chapter 10: an interim report is sealed, proven offline, and a changed copy is found out. Returns the report's id. */
export async function sealReport(stage: Stage, administrator: AdministrationClient): Promise<string> {
  stage.narrator.chapter('10  Evidence that an auditor can check');
  const periodEnd = stage.clock.now();
  const report = await administrator.post<Report>('/reports', {
    kind: 'interim',
    periodStart: plusMs(periodEnd, -PERIOD_DAYS * DAY_MS),
    periodEnd,
  });
  stage.narrator.line(
    `${report.kind} report ${report.status}: manifest ${report.manifestSha256.slice(0, 16)}…, checkpoint over ${report.checkpoint.size} records`,
  );
  const bundle = await administrator.download(`/reports/${report.id}/bundle`);
  const path = join(stage.folder, `evidence-${report.id}.zip`);
  writeFileSync(path, bundle);
  const proof = stage.verify(path, '--recompute');
  expectThat(`the bundle is proven (${proof.output})`, proof.status === 0);
  tell(stage, `verify ${path} --recompute`, proof.output);

  const { changed, record } = await changeOneByte(bundle);
  const forgedPath = join(stage.folder, `evidence-${report.id}-changed.zip`);
  writeFileSync(forgedPath, changed);
  const refutation = stage.verify(forgedPath);
  expectThat('a bundle with one changed byte is not proven', refutation.status === 1);
  expectThat(`the verifier names record ${record}`, refutation.output.includes(`record ${record}`));
  tell(stage, `one byte of record ${record} changed in a copy: verify ${forgedPath}`, refutation.output);
  return report.id;
}

function tell(stage: Stage, heading: string, output: string): void {
  stage.narrator.line(heading);
  for (const line of output.trim().split('\n')) stage.narrator.line(`  ${line}`);
}
