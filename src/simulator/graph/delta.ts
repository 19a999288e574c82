import type { Exchange } from '../http/exchange.ts';
import { type DeltaPosition, deltaPosition, deltaToken } from './delta-token.ts';
import type { GraphContext } from './graph-context.ts';
import { badRequest, GraphError } from './graph-error.ts';
import { type Properties, project } from './project.ts';
import { groupType, userType } from './resource-types.ts';

/** An object that a round mentions. */
interface Mention {
  readonly revision: number;
  show(position: DeltaPosition): Properties;
}

/** How many revisions a late delta query is behind. */
const LATE_CHANGES = 4;

const UNDERSTOOD = new Set(['$select', '$deltatoken', '$skiptoken']);

/** GET /users/delta. A deletion that can be undone is `changed`, one for good is `deleted`; both tell the id alone (microsoft-graph §2.3). */
export function usersDelta(context: GraphContext, exchange: Exchange): unknown {
  const { tenant } = context;
  const users = [...tenant.users.values()]
    .filter((user) => !user.withheld)
    .map(
      (user): Mention => ({
        revision: user.revision,
        show: ({ select }) => (user.deletedDateTime === null ? project(userType, user, select) : removed(user.id, 'changed')),
      }),
    );
  const purged = [...tenant.purgedUsers].map(([id, { revision }]): Mention => ({ revision, show: () => removed(id, 'deleted') }));
  return round(context, exchange, [...users, ...purged]);
}

/** GET /groups/delta. In `members@delta`, `deleted` says that a member left the group, not that it was deleted. */
export function groupsDelta(context: GraphContext, exchange: Exchange): unknown {
  const { tenant } = context;
  const groups = [...tenant.groups.values()].map(
    (group): Mention => ({
      revision: group.revision,
      show: (position) => {
        const shown = project(
          groupType,
          group,
          position.select.filter((name) => name !== 'members'),
        );
        return position.select.includes('members') ? { ...shown, ...membersDelta(context, group.id, position) } : shown;
      },
    }),
  );
  const deleted = [...tenant.deletedGroups].map(([id, revision]): Mention => ({ revision, show: () => removed(id, 'deleted') }));
  return round(context, exchange, [...groups, ...deleted]);
}

function membersDelta({ tenant }: GraphContext, groupId: string, { after, until }: DeltaPosition): Properties {
  const changes = (tenant.membershipChanges.get(groupId) ?? []).filter(({ revision }) => revision > after && revision <= until);
  const last = new Map(changes.map((change) => [change.memberId, change.isRemoved]));
  if (last.size === 0) return {};
  return {
    'members@delta': [...last].map(([id, isRemoved]) => ({
      '@odata.type': tenant.groups.has(id) ? '#microsoft.graph.group' : '#microsoft.graph.user',
      id,
      ...(isRemoved && { '@removed': { reason: 'deleted' } }),
    })),
  };
}

function removed(id: string, reason: 'changed' | 'deleted'): Properties {
  return { id, '@removed': { reason } };
}

/** One page of a round; a nextLink while it goes on, a deltaLink at its end. */
function round({ url, faults, tenant }: GraphContext, exchange: Exchange, mentions: readonly Mention[]): unknown {
  const { deltaPageSize, delta } = faults.present();
  const behind = delta.has('late') ? LATE_CHANGES : 0;
  const position = positionOf(exchange.url.searchParams, () => tenant.nextOrdinal() - behind);
  const news = mentions.filter(({ revision }) => revision > position.after && revision <= position.until);
  const told = news.toSorted((a, b) => a.revision - b.revision).map((mention) => mention.show(position));
  const items = faults.tell(told, mentions.length > 0 ? () => mentions.map((mention) => mention.show(position)) : () => []);
  const isEmptyFirst = delta.has('empty-pages') && position.offset === 0 && exchange.url.searchParams.get('$skiptoken') === null;
  const shown = isEmptyFirst ? [] : items.slice(position.offset, position.offset + deltaPageSize);
  const offset = position.offset + shown.length;
  const link = `${url}${exchange.url.pathname}`;
  const isMore = isEmptyFirst || offset < items.length;
  return {
    '@odata.context': `${url}/v1.0/$metadata#${exchange.url.pathname.split('/')[2] ?? ''}`,
    ...(isMore
      ? { '@odata.nextLink': `${link}?$skiptoken=${deltaToken({ ...position, offset })}` }
      : { '@odata.deltaLink': `${link}?$deltatoken=${deltaToken({ ...position, after: position.until, offset: 0 })}` }),
    value: shown,
  };
}

/** `now` is the present revision, taken when a round begins. */
function positionOf(parameters: URLSearchParams, now: () => number): DeltaPosition {
  for (const name of parameters.keys()) {
    if (name.startsWith('$') && !UNDERSTOOD.has(name))
      throw new GraphError(400, 'Request_UnsupportedQuery', `Query option '${name}' is not supported for a delta query.`);
  }
  const skip = parameters.get('$skiptoken');
  if (skip !== null) return deltaPosition(skip);
  const token = parameters.get('$deltatoken');
  const until = now();
  if (token !== null && token !== 'latest') {
    const known = deltaPosition(token);
    return { ...known, until: Math.max(known.after, until), offset: 0 };
  }
  const select = (parameters.get('$select') ?? '').split(',').filter((name) => name !== '');
  if (select.length === 0) throw badRequest('The stand-in wants a $select in the first request of a delta query.');
  return { select: [...new Set(['id', ...select])], after: token === 'latest' ? until : 0, until, offset: 0 };
}
