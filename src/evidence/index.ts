/**
 * evidence: reports on a period and their sealed bundles, which an auditor checks offline.
 * A report never says more than was observed (I10); what was sealed is kept byte for byte (I11).
 * app comes in; reconciliation's population and the ledger's tree are what it is made of.
 */
export { auditorLinkRoutes } from './auditor-link-routes.ts';
export { auditorRoutes } from './auditor-routes.ts';
export { depositTasks } from './deposit-tasks.ts';
export { evidenceRoutes } from './evidence-routes.ts';
export { purgeReportsTask } from './purge-reports-task.ts';
export { reportFormatTask } from './report-format-task.ts';
export { writeZip } from './write-zip.ts';
