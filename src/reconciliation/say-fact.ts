import { matchRuleMeanings } from './link-confidence.ts';
import type { FactRow, FactSaid } from './timeline-read-model.ts';
import type { FactKind } from './timeline-fact.ts';

type Say = (said: FactSaid) => string;

const word = (record: Readonly<Record<string, unknown>> | null | undefined, name: string): string | undefined => {
  const value = record?.[name];
  return typeof value === 'string' ? value : undefined;
};
const endOf = (dates: FactSaid['after']) => word(dates, 'last_day') ?? word(dates, 'end_date') ?? 'no day';
const because = ({ detail }: FactSaid) => {
  const [reason, ticket] = [word(detail, 'reason'), word(detail, 'ticket')];
  return `${reason === undefined ? '' : `: ${reason}`}${ticket === undefined ? '' : ` (${ticket})`}.`;
};
const verdict = ({ after }: FactSaid) => `${word(after, 'verdict') ?? 'nothing to be found'}. ${word(after, 'sentence') ?? ''}`.trim();
const changed = ({ detail }: FactSaid) => (Array.isArray(detail?.['changed']) ? detail['changed'].join(', ') : 'what it is called');

const fromTo = ({ after, before }: FactSaid, name: string) => `from ${saidAt(before, name)} to ${saidAt(after, name)}`;
const saidAt = (record: FactSaid['after'], name: string) => word(record, name)?.replace('_', ' ') ?? 'nothing';

const columns: Readonly<Record<string, string>> = {
  display_name: 'their name',
  work_email: 'their work address',
  manager_employee_id: 'their manager',
};
const columnsOf = (detail: FactSaid['detail']) =>
  Array.isArray(detail?.['changed']) ? detail['changed'].map((name) => columns[String(name)] ?? 'something').join(', ') : 'something';

const countAt = (detail: FactSaid['detail']) => {
  const count = detail?.['accounts_changed'];
  return typeof count === 'number' ? count : 'not known';
};

const rules: Readonly<Record<string, string>> = matchRuleMeanings;
const byRule = (said: FactSaid) => {
  const rule = word(said.detail, 'rule') ?? '';
  return `by ${rules[rule] ?? 'a rule'} (${rule})${because(said)}`;
};

const taken = ({ detail }: FactSaid) => {
  const how = takings[word(detail, 'taken') ?? ''];
  return how === undefined ? '' : `: the account was ${how}`;
};
const takings: Readonly<Record<string, string>> = {
  barred: 'said by hand not to be the person’s',
  moved: 'given to somebody else by hand',
  classed: 'classed as nobody’s own',
};
const asked = ({ detail }: FactSaid) => (word(detail, 'action') === 'link' ? 'linked to the person' : 'said not to be the person’s');

/** How an account came to stand in the directory. */
const states: Readonly<Record<string, string>> = {
  enabled: 'enabled',
  disabled: 'disabled',
  vanished: 'no longer, which proves nothing',
  soft_deleted: 'deleted',
  hard_deleted: 'deleted for good',
  restored: 'restored',
};
const state = ({ after }: FactSaid) => states[word(after, 'state') ?? ''] ?? 'in another state';
const shown: Say = (said) => `The directory showed the account ${state(said)}.${trailing(said)}`;

/** Entra knows a change of such an account when it arrives there (microsoft-graph §10 #24). */
const trailing = ({ detail }: FactSaid) =>
  detail?.['synced'] === true ? ' It is synchronised from Active Directory, where it may have been so earlier.' : '';

const saying: Readonly<Record<FactKind, Say>> = {
  'hr.period.started': ({ after }) => `HR told of an employment that begins on ${word(after, 'start_date') ?? 'no day'}.`,
  'hr.period.rehired': ({ after }) => `HR told of another employment, which begins on ${word(after, 'start_date') ?? 'no day'}.`,
  'hr.period.end_set': ({ after }) => `HR set the end of the employment to ${endOf(after)}.`,
  'hr.period.end_changed': ({ after, before }) => `HR changed the end of the employment from ${endOf(before)} to ${endOf(after)}.`,
  'hr.period.end_cancelled': ({ before }) => `HR took back the end of the employment on ${endOf(before)}.`,
  'hr.period.ended': ({ before }) =>
    `A roster left the person out: the employment ended between it and the one before${before === undefined ? '' : `, and not on ${endOf(before)}`}.`,
  'hr.period.site_changed': ({ after, before }) =>
    `HR moved the employment from ${word(before, 'site') ?? 'no site'} to ${word(after, 'site') ?? 'no site'}.`,
  'hr.period.status_changed': (said) => `HR changed the status of the employment ${fromTo(said, 'status')}.`,
  'hr.period.type_changed': (said) => `HR changed the kind of employment ${fromTo(said, 'worker_type')}.`,
  'hr.person.dropped': () => 'The roster no longer named the person.',
  'hr.person.listed': () => 'The roster named the person again.',
  'hr.person.kept': () => 'Somebody said that the person is still employed.',
  'hr.person.changed': ({ detail }) => `HR names the person otherwise than before: ${columnsOf(detail)}.`,
  'employment.ended': () => 'The employment ended, by HR’s word as it is now.',
  'access.due': () => 'By now access had to be gone, by the policy.',
  'graph.account.first_seen': (said) => `The directory showed the account for the first time: ${state(said)}.`,
  'graph.account.enabled': shown,
  'graph.account.disabled': shown,
  'graph.account.vanished': shown,
  'graph.account.soft_deleted': shown,
  'graph.account.hard_deleted': shown,
  'graph.account.restored': (said) => `The directory showed the account again: ${state(said)}.`,
  'graph.account.audited': (said) => `The directory’s audit log says that the account became ${state(said)}.${trailing(said)}`,
  'graph.account.leave_told': ({ after, before }) => {
    const [leaves, left] = [word(after, 'leaves'), word(before, 'leaves')];
    if (leaves === undefined) return `The directory no longer says that the employee leaves at ${left ?? 'some time'}.`;
    return `The directory says that the employee leaves at ${leaves}${left === undefined ? '' : ` (it said ${left} before)`}. It is HR’s end that counts.`;
  },
  'scope.changed': ({ detail }) =>
    `The scope of the directory connection was changed; accounts that came in or went out: ${countAt(detail)}.`,
  'scim.user.created': ({ after }) => `Provisioning made the SCIM user, ${after?.['active'] === true ? 'active' : 'inactive'}.`,
  'scim.user.updated': (said) => `Provisioning changed the SCIM user: ${changed(said)}.`,
  'scim.user.deactivated': () => 'Provisioning deactivated the SCIM user.',
  'scim.user.reactivated': () => 'Provisioning activated the SCIM user again.',
  'scim.user.deleted': () => 'Provisioning deleted the SCIM user.',
  'scim.role.changed': () => 'Provisioning changed the role of the SCIM user.',
  'scim.request.refused': () => 'A deactivation was refused in strict mode.',
  'access.ended': () => 'Sessions and API tokens ended with it.',
  'identity.linked': () => 'Somebody signed in as the SCIM user for the first time.',
  'match.linked': (said) => `The account was linked to the person ${byRule(said)}`,
  'match.ambiguous': (said) => `The account may be the person’s, among others, ${byRule(said)}`,
  'match.barred': (said) => `It was decided that the account is not the person’s${because(said)}`,
  'match.unlinked': (said) =>
    `What had been decided ${byRule({ detail: { rule: said.detail?.['rule'] } }).replace(/\.$/, '')} ended${taken(said)}.`,
  'match.decision.requested': (said) => `Somebody asked that the account be ${asked(said)}${because(said)}`,
  'match.decision.approved': (said) => `Somebody else approved that the account be ${asked(said)}.`,
  'match.decision.withdrawn': (said) => `That the account be ${asked(said)} was withdrawn.`,
  'account.classification.requested': (said) =>
    `Somebody asked that the person answer for a ${word(said.detail, 'class') ?? ''} account${because(said)}`,
  'account.classification.approved': ({ detail }) =>
    `Somebody else approved that the person answers for a ${word(detail, 'class') ?? ''} account.`,
  'account.classification.withdrawn': () => 'That the person answers for the account was withdrawn.',
  'account.classification.expired': () => 'That the person answers for the account expired.',
  'finding.opened': (said) => `Found: ${verdict(said)}`,
  'finding.changed': (said) => `Found anew: ${verdict(said)}`,
  'finding.closed': () => 'The finding was closed.',
  'disposition.requested': (said) => `Decided about the finding: ${word(said.detail, 'kind') ?? ''}${because(said)}`,
  'disposition.approved': () => 'Somebody else approved the exception. The verdict stays.',
  'disposition.withdrawn': () => 'What was decided about the finding was withdrawn.',
  'disposition.expired': () => 'The exception expired.',
};

/** A fact in a plain sentence. It names nobody but whom it is about. */
export function say({ said, what }: FactRow): string {
  return saying[what](said);
}
