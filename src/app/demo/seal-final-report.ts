import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DAY_MS, plusMs } from '../../kernel/index.ts';
import type { AdministrationClient } from './administration-client.ts';
import { expectThat } from './narrator.ts';
import type { Stage } from './story.ts';

/** The period ended so long ago that every deadline in it has passed. */
const SETTLED_DAYS = 3;
const PERIOD_DAYS = 30;

interface FinalReport {
  readonly id: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly totals: { readonly leavers: number } | null;
}

interface Responses {
  readonly responses: readonly { readonly findingId: string; readonly verdict: string }[];
}

/** Chapter 10, its end: a final report on a period that is over is frozen, answered by management, sealed, and sampled by an auditor's seed. */
export async function sealFinalReport(stage: Stage, administrator: AdministrationClient): Promise<void> {
  const periodEnd = plusMs(stage.clock.now(), -SETTLED_DAYS * DAY_MS);
  const period = { periodStart: plusMs(periodEnd, -PERIOD_DAYS * DAY_MS), periodEnd };
  const { id } = await administrator.post<FinalReport>('/reports', { kind: 'final', ...period });
  const frozen = await administrator.post<FinalReport>(`/reports/${id}/freeze`, {});
  const { responses } = await administrator.get<Responses>(`/reports/${id}/responses`);
  const [first] = responses;
  if (first !== undefined) {
    const response = 'Tickets of such leavers go to the identity team first now.';
    await administrator.put(`/reports/${id}/responses/${first.findingId}`, { response });
  }
  const sealed = await administrator.post<FinalReport>(`/reports/${id}/seal`, {});
  const leavers = sealed.totals?.leavers ?? 0;
  expectThat(
    'a final report is sealed as it was frozen',
    sealed.status === 'sealed' && sealed.conclusion === frozen.conclusion && leavers > 0,
  );
  stage.narrator.line(
    `FINAL report on ${leavers} leavers: frozen, ${responses.length} findings for management to respond to, sealed; conclusion ${sealed.conclusion}`,
  );
  const path = join(stage.folder, `evidence-${id}.zip`);
  writeFileSync(path, await administrator.download(`/reports/${id}/bundle`));
  stage.narrator.line(`verify ${path} --recompute --sample SEED:2`);
  const proof = stage.verify(path, '--recompute', '--sample', 'a seed of the auditor’s:2');
  expectThat(
    `the final report is proven, and a sample drawn (${proof.output})`,
    proof.status === 0 && proof.output.includes('Sample    2 of'),
  );
  for (const line of proof.output.trim().split('\n').slice(-3)) stage.narrator.line(`  ${line}`);
}
