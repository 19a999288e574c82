import { parseInstant, refuse } from '../../kernel/index.ts';
import { json, noContent, param } from '../http/exchange.ts';
import type { Route } from '../http/route-table.ts';
import { requireUser } from '../tenant/change-users.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { type ControlFields, controlBody, controlFields } from './control-body.ts';

/** What Entra's own logs say: how late entries are, an entry that the engine did not write, and a sign-in at another application. */
export function controlWitnessRoutes(tenant: Tenant): readonly Route[] {
  return [
    [
      'PUT',
      '/control/provisioning-log',
      (exchange) => {
        tenant.provisioningLogDelaySeconds = controlFields(controlBody(exchange)).optionalCount('delaySeconds') ?? 0;
        return noContent();
      },
    ],
    [
      'POST',
      '/control/provisioning-log',
      (exchange) => {
        const fields = controlFields(controlBody(exchange));
        const ordinal = tenant.nextOrdinal();
        const at = instantIn(fields, 'at') ?? tenant.now();
        const id = `entry-${ordinal}`;
        tenant.provisioningLog.push({
          id,
          ordinal,
          at,
          shownFrom: at,
          appId: fields.text('appId'),
          action: oneOf(['create', 'update', 'disable', 'delete', 'other'], fields.text('action')),
          status: oneOf(['success', 'failure', 'skipped'], fields.text('status')),
          cycle: 0,
          objectId: fields.text('objectId'),
          displayName: '',
          targetId: fields.optionalText('targetId') ?? null,
          error: null,
        });
        return json(201, { id });
      },
    ],
    [
      'POST',
      '/control/users/:id/sign-ins',
      (exchange) => {
        const { id } = requireUser(tenant, param(exchange, 'id'));
        const fields = controlFields(controlBody(exchange));
        const last = instantIn(fields, 'at') ?? tenant.now();
        const hasFailed = fields.optionalBoolean('failed') ?? false;
        tenant.signIns.set(id, { last, lastSuccessful: hasFailed ? (tenant.signIns.get(id)?.lastSuccessful ?? null) : last });
        return noContent();
      },
    ],
  ];
}

function instantIn(fields: ControlFields, name: string) {
  const text = fields.optionalText(name);
  return text === undefined ? undefined : (parseInstant(text) ?? refuse('invalid-request', { detail: `${name}: no date-time` }));
}

function oneOf<T extends string>(known: readonly T[], text: string): T {
  return known.find((one) => one === text) ?? refuse('invalid-request', { detail: `${text} is none of: ${known.join(', ')}` });
}
