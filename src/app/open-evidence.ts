import { readFileSync } from 'node:fs';
import { Router } from 'express';
import { auditorLinkRoutes, auditorRoutes, depositTasks, evidenceRoutes, purgeReportsTask, reportFormatTask } from '../evidence/index.ts';
import type { Integrator } from '../ledger/index.ts';
import type { Clock, Config, Database, Log, OutboundHttp } from '../platform/index.ts';
import { openBucket } from './open-bucket.ts';
import { softwareVersion, verifierPath } from './package-root.ts';
import { limitOpenings } from './request-limits.ts';
import { verifierPageRoutes } from './verifier-page-routes.ts';

export interface EvidenceParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly integrator: Integrator;
  readonly publicUrl: string;
  readonly config: Config;
  readonly outbound: OutboundHttp;
}

/** The evidence's room, composed: reports for those who administer, what auditors open – by a link, and the verifier page –, and where bundles are kept besides. */
export function openEvidence(parts: EvidenceParts) {
  const program = { verifierSource: readFileSync(verifierPath(), 'utf8'), softwareVersion: softwareVersion() };
  const bucket = parts.config.bucket?.keepsReports === true ? openBucket(parts.config, parts) : undefined;
  return {
    tasks: [
      reportFormatTask(parts),
      purgeReportsTask(parts),
      ...(bucket === undefined ? [] : depositTasks({ ...parts, bucket, retainDays: parts.config.bucket?.retainDays ?? 0 })),
    ],
    rooms: [auditorLinkRoutes(parts), evidenceRoutes({ ...parts, ...program })],
    auditors: Router().use(verifierPageRoutes(), auditorRoutes({ ...parts, limitOpenings: limitOpenings() })),
  };
}
