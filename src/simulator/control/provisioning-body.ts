import { refuse } from '../../kernel/index.ts';
import { type MatchingAttribute, matchingAttributes, roleTargets } from '../provisioning/attribute-mappings.ts';
import { type FaultRule, faultKinds } from '../provisioning/faults.ts';
import { steps } from '../provisioning/object-failure.ts';
import type { ProvisioningSettings } from '../provisioning/provisioning-settings.ts';
import { defaultThresholds, type QuarantineThresholds } from '../provisioning/quarantine.ts';
import type { ControlFields } from './control-body.ts';

const DEFAULT_WORKERS = 4;

/** Small, so that a group gets several PATCHes at once (entra-scim-client §0 #7). */
const DEFAULT_MEMBERS_PER_PATCH = 20;

/** Nothing is silent for this long that is not broken (entra-scim-client §4.2). */
const DEFAULT_TIMEOUT_SECONDS = 60;

export function settingsOf(fields: ControlFields): ProvisioningSettings {
  const tenantUrl = fields.text('tenantUrl');
  if (!URL.canParse(tenantUrl)) refuse('invalid-request', { detail: 'tenantUrl: no URL' });
  return {
    tenantUrl,
    secretToken: fields.text('secretToken'),
    dialect: oneOf('dialect', fields.text('dialect'), ['legacy', 'flag']),
    roleTarget: oneOf('roleTarget', fields.optionalText('roleTarget') ?? 'rbac_role_id', roleTargets),
    matchingAttributes: matchingOf(fields),
    provisionGroups: fields.optionalBoolean('provisionGroups') ?? true,
    workers: fields.optionalCount('workers') ?? DEFAULT_WORKERS,
    membersPerPatch: fields.optionalCount('membersPerPatch') ?? DEFAULT_MEMBERS_PER_PATCH,
    timeoutSeconds: fields.optionalCount('timeoutSeconds') ?? DEFAULT_TIMEOUT_SECONDS,
    referenceFirst: fields.optionalBoolean('referenceFirst') ?? false,
    softDelete: fields.optionalBoolean('softDelete') ?? true,
    constants: constantsOf(fields.optionalObject('constants')),
    skipOutOfScopeDeletions: fields.optionalBoolean('skipOutOfScopeDeletions') ?? false,
    targetActions: targetActionsOf(fields.optionalObject('targetActions')),
    deletesThreshold: fields.optionalCount('deletesThreshold') ?? null,
    quarantineThresholds: thresholdsOf(fields.optionalObject('quarantineThresholds')),
  };
}

/** What is to go wrong; an empty list switches everything off. */
export function faultRulesOf(fields: ControlFields): readonly FaultRule[] {
  return (fields.optionalObjects('faults') ?? []).map((rule) => {
    const kind = oneOf('kind', rule.text('kind'), faultKinds);
    const named = rule.optionalTexts('steps')?.map((step) => oneOf('steps', step, steps));
    return {
      kind,
      steps: named === undefined ? undefined : new Set(named),
      every: rule.optionalCount('every') ?? 1,
      times: rule.optionalCount('times'),
      status: kind === 'status' ? statusOf(rule) : 0,
      retryAfterSeconds: rule.optionalCount('retryAfterSeconds'),
    };
  });
}

function statusOf(rule: ControlFields): number {
  const status = rule.optionalCount('status') ?? 0;
  return status >= 400 && status <= 599 ? status : refuse('invalid-request', { detail: 'status: an HTTP error status is expected' });
}

function matchingOf(fields: ControlFields): readonly MatchingAttribute[] {
  const known = Object.keys(matchingAttributes) as MatchingAttribute[];
  const named = fields.optionalTexts('matchingAttributes') ?? ['userName', 'externalId'];
  if (named.length === 0) refuse('invalid-request', { detail: 'matchingAttributes: at least one is expected' });
  return named.map((name) => oneOf('matchingAttributes', name, known));
}

function constantsOf(constants: ControlFields | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((constants?.names() ?? []).map((name) => [name, constants?.text(name) ?? '']));
}

function targetActionsOf(actions: ControlFields | undefined): ProvisioningSettings['targetActions'] {
  return {
    create: actions?.optionalBoolean('create') ?? true,
    update: actions?.optionalBoolean('update') ?? true,
    delete: actions?.optionalBoolean('delete') ?? true,
  };
}

function thresholdsOf(thresholds: ControlFields | undefined): QuarantineThresholds {
  return {
    evaluateFrom: thresholds?.optionalCount('evaluateFrom') ?? defaultThresholds.evaluateFrom,
    base: thresholds?.optionalCount('base') ?? defaultThresholds.base,
    total: thresholds?.optionalCount('total') ?? defaultThresholds.total,
  };
}

function oneOf<T extends string>(name: string, text: string, allowed: readonly T[]): T {
  return (
    allowed.find((value) => value === text) ?? refuse('invalid-request', { detail: `${name}: one of ${allowed.join(', ')} is expected` })
  );
}
