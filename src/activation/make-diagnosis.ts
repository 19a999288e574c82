import type { JobLook } from '../directory/index.ts';
import type { Instant, WorkspaceId } from '../kernel/index.ts';
import { type Clock, type Database, expectManyRows } from '../platform/index.ts';
import { scimTenantUrl } from '../scim/index.ts';
import { diagnose, firstProblem } from './diagnose.ts';
import type { CheckId, DiagnosisCheck } from './diagnosis.ts';
import { readDiagnosisFacts } from './diagnosis-read-model.ts';
import type { Json } from './json-reading.ts';
import { mappingWanted } from './mapping-wanted.ts';
import { type MappingFinding, reviewMapping } from './review-mapping.ts';

export interface DiagnosisDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly publicUrl: string;
  /** Looks at Entra's provisioning job through Microsoft Graph. */
  readonly lookAtJob: (workspaceId: WorkspaceId) => Promise<JobLook>;
}

export interface Diagnosis {
  readonly at: Instant;
  /** The check to begin with; null when there is no problem. */
  readonly firstProblem: CheckId | null;
  readonly checks: readonly DiagnosisCheck[];
}

/** Why nobody, or somebody, is not provisioned, as far as can be seen from here and now. */
export async function makeDiagnosis(deps: DiagnosisDeps, workspaceId: WorkspaceId): Promise<Diagnosis> {
  const at = deps.clock.now();
  const facts = await deps.database.transaction(async (tx) => {
    await expectManyRows(tx);
    return readDiagnosisFacts(tx, workspaceId, at);
  });
  const job = await deps.lookAtJob(workspaceId);
  const mappings = job.kind === 'seen' ? await review(deps, workspaceId, job.job.schema as Json) : undefined;
  const checks = diagnose({ ...facts, job, mappings, tenantUrl: scimTenantUrl(deps.publicUrl, workspaceId) });
  return { at, firstProblem: firstProblem(checks)?.check ?? null, checks };
}

async function review({ database }: DiagnosisDeps, workspaceId: WorkspaceId, schema: Json): Promise<readonly MappingFinding[]> {
  const wanted = await mappingWanted(database, workspaceId);
  try {
    return reviewMapping(schema, wanted).findings;
  } catch (error) {
    // What Graph calls a schema and is none is a finding, not a failure of the diagnosis.
    const detail = error instanceof Error ? error.message : 'The schema cannot be read.';
    return [{ code: 'user-mapping-missing', detail, remedy: 'Look at Attribute mapping in Entra.', isMended: false }];
  }
}
