import { graphFailures } from '../../directory/index.ts';
import { anchorKinds } from '../../ledger/index.ts';
import type { Log, LogFields, MetricsRegistry } from '../../platform/index.ts';
import { ownerAttempts } from '../../workspace/index.ts';

/** The tasks whose failures are told apart; a new one counts as `other` until it is listed. */
const tasks = [
  'directory.sync',
  'directory.schedule',
  'directory.warn-of-credential-expiry',
  'evidence.deposit',
  'evidence.deposit-due',
  'ledger.anchor',
  'ledger.anchor-due',
  'ledger.purge',
  'reconciliation.follow',
  'notification.deliver',
  'notification.tell-overdue',
  'notification.write-digest',
  'reconciliation.review-owners',
  'reconciliation.run',
  'reconciliation.warm-mfa',
  'roster.lapse-held',
  'roster.pull',
  'roster.pull-due',
  'scim.trim-wire-log',
  'sso.warn-of-expiry',
  'workspace.forget-idempotency-keys',
  'other',
] as const;

/** A counter, and which events of the log it counts. */
interface EventCounter {
  readonly name: string;
  readonly help: string;
  readonly labels: Readonly<Record<string, readonly string[]>>;
  /** By the event: what the labels are, of its fields. Fields that name anything are left out. */
  readonly events: Readonly<Record<string, (fields: LogFields) => Readonly<Record<string, string>>>>;
  /** How much one event counts; left out: one. */
  readonly amount?: (fields: LogFields) => number;
}

const one = () => ({});

/**
 * What the log tells is counted by the same call, so that the two cannot say different things. Labels come from closed sets.
 */
const counters: readonly EventCounter[] = [
  {
    name: 'rollcall_owner_attempts_total',
    help: 'Attempts of SCIM, or of a role that the directory pushed, on an owner.',
    labels: { attempt: ownerAttempts },
    events: { 'owner.attempted': ({ attempt }) => ({ attempt: String(attempt) }) },
  },
  {
    name: 'rollcall_scope_settings_total',
    help: 'Settings of a directory scope while SCIM decides: kept for later (dormant), or refused.',
    labels: { outcome: ['dormant', 'refused'] },
    events: { 'scope.dormant': () => ({ outcome: 'dormant' }), 'scope.refused': () => ({ outcome: 'refused' }) },
  },
  {
    name: 'rollcall_scim_switch_turns_total',
    help: 'Turns of the SCIM switch.',
    labels: { to: ['on', 'off'] },
    events: { 'scim.switch.turned': ({ state }) => ({ to: String(state) }) },
  },
  {
    name: 'rollcall_scim_deactivations_refused_total',
    help: 'Deactivations that strict mode refused: somebody stays active.',
    labels: {},
    events: { 'scim.deactivation.refused': one },
  },
  {
    name: 'rollcall_directory_runs_total',
    help: 'Looks at a directory by how they ended: complete, or the reason of the failure.',
    labels: { outcome: ['complete', ...Object.keys(graphFailures), 'other'] },
    events: {
      'directory.run-complete': () => ({ outcome: 'complete' }),
      'directory.run-failed': ({ reason }) => ({ outcome: String(reason) }),
    },
  },
  {
    name: 'rollcall_directory_throttled_total',
    help: 'Answers of Microsoft Graph or Entra that asked for fewer requests.',
    labels: {},
    events: { 'directory.throttled': one },
  },
  {
    name: 'rollcall_roster_pulls_total',
    help: 'Attempts to fetch a roster: taken, held until somebody has seen it, or failed.',
    labels: { outcome: ['taken', 'held', 'failed'] },
    events: {
      'roster.pull.taken': () => ({ outcome: 'taken' }),
      'roster.pull.held': () => ({ outcome: 'held' }),
      'roster.pull.failed': () => ({ outcome: 'failed' }),
    },
  },
  {
    name: 'rollcall_jobs_failed_total',
    help: 'Runs of a job that failed; each is run again.',
    labels: { task: tasks },
    events: { 'jobs.task-failed': ({ task }) => ({ task: String(task) }) },
  },
  {
    name: 'rollcall_ledger_checkpoints_total',
    help: 'Checkpoints that this process signed.',
    labels: {},
    events: { 'ledger.checkpoint.signed': one },
  },
  {
    name: 'rollcall_ledger_sequenced_records_total',
    help: 'Records that this process gave their place in a ledger.',
    labels: {},
    events: { 'ledger.checkpoint.signed': one },
    amount: ({ sequenced }) => Number(sequenced),
  },
  {
    name: 'rollcall_ledger_integrator_failures_total',
    help: 'Rounds of the integrator that failed; each is tried again.',
    labels: {},
    events: { 'ledger.integrator.failed': one },
  },
  {
    name: 'rollcall_ledger_forks_total',
    help: 'Ledgers that go on under another name, because the database shows less than was published.',
    labels: {},
    events: { 'ledger.forked': one },
  },
  {
    name: 'rollcall_ledger_anchors_total',
    help: 'Checkpoints that this process anchored outside, by the kind of place.',
    labels: { kind: anchorKinds },
    events: { 'ledger.anchored': ({ kind }) => ({ kind: String(kind) }) },
  },
  {
    name: 'rollcall_ledger_anchor_failures_total',
    help: 'Attempts to anchor a checkpoint that failed, by the kind of place; each is tried again.',
    labels: { kind: anchorKinds },
    events: { 'ledger.anchor.failed': ({ kind }) => ({ kind: String(kind) }) },
  },
  {
    name: 'rollcall_ledger_anchors_refuted_total',
    help: 'Anchors that are not what they should be, by the kind of place: not signed by whom they should be, or not held.',
    labels: { kind: anchorKinds },
    events: { 'ledger.anchor.refuted': ({ kind }) => ({ kind: String(kind) }) },
  },
  {
    name: 'rollcall_ledger_anchors_contradicted_total',
    help: 'Times that another ledger stood outside than in the database, by the kind of place.',
    labels: { kind: anchorKinds },
    events: { 'ledger.anchor.contradicted': ({ kind }) => ({ kind: String(kind) }) },
  },
  {
    name: 'rollcall_auditor_links_refused_total',
    help: 'Attempts to read by an auditor link that is over, revoked or wrong.',
    labels: {},
    events: { 'auditor-link.refused': one },
  },
  {
    name: 'rollcall_report_deposit_failures_total',
    help: 'Attempts to put a bundle into the bucket that failed; each is tried again.',
    labels: {},
    events: { 'report.deposit.failed': one },
  },
  {
    name: 'rollcall_webhook_delivery_failures_total',
    help: 'Attempts to deliver to a webhook that failed; each is made again, until the webhook is disabled.',
    labels: {},
    events: { 'webhook.delivery.failed': one, 'webhook.disabled': one },
  },
  {
    name: 'rollcall_ledger_behind_total',
    help: 'Looks of the integrator that found records waiting for more than a minute.',
    labels: {},
    events: { 'ledger.behind': one },
  },
];

/** The same log, whose events count as well, whatever its level lets through. */
export function countEvents(log: Log, registry: MetricsRegistry): Log {
  const counts = countsByEvent(registry);
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (event: string, fields: LogFields = {}): void => {
      for (const count of counts.get(event) ?? []) count(fields);
      log[level](event, fields);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

type Count = (fields: LogFields) => void;

function countsByEvent(registry: MetricsRegistry): ReadonlyMap<string, readonly Count[]> {
  const counts = new Map<string, readonly Count[]>();
  for (const { amount, events, ...definition } of counters) {
    const add = registry.counter(definition);
    for (const [event, labelsOf] of Object.entries(events)) {
      counts.set(event, [...(counts.get(event) ?? []), (fields) => add(labelsOf(fields), amount?.(fields))]);
    }
  }
  return counts;
}
