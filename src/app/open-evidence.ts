import { readFileSync } from 'node:fs';
import { auditorLinkRoutes, auditorRoutes, evidenceRoutes } from '../evidence/index.ts';
import type { Integrator } from '../ledger/index.ts';
import type { Clock, Database, Log } from '../platform/index.ts';
import { packageVersion, verifierPath } from './package-root.ts';
import { limitOpenings } from './request-limits.ts';

export interface EvidenceParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly integrator: Integrator;
  readonly publicUrl: string;
}

/** The evidence's room, composed: reports for those who administer, and what auditors open by a link. */
export function openEvidence(parts: EvidenceParts) {
  const program = { verifierSource: readFileSync(verifierPath(), 'utf8'), softwareVersion: packageVersion() };
  return {
    rooms: [auditorLinkRoutes(parts), evidenceRoutes({ ...parts, ...program })],
    auditors: auditorRoutes({ ...parts, limitOpenings: limitOpenings() }),
  };
}
