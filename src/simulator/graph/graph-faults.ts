import { type Instant, msBetween } from '../../kernel/index.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Properties } from './project.ts';

/**
 * What can go wrong between Graph and a reader (microsoft-graph §9.2). `throttle`: 429 with `retryAfter` in seconds, as a date, or
 * without it; `status`: an answer of that status and code; `html`: a gateway's page; `truncate`: half a body under 200; `reset`: the
 * connection breaks within the body; `gone`, `unknown-state`, `too-old`: the three ways in which a delta token dies; `page-expired`: a
 * page token dies; `foreign-next-link`, `foreign-delta-link`: a page leads to `elsewhere`.
 */
export const graphFaultKinds = [
  'throttle',
  'status',
  'html',
  'truncate',
  'reset',
  'gone',
  'unknown-state',
  'too-old',
  'page-expired',
  'foreign-next-link',
  'foreign-delta-link',
] as const;
export type GraphFaultKind = (typeof graphFaultKinds)[number];

/**
 * How delta queries tell what they tell: `duplicates`: everything twice; `reversed`: the last first; `replays`: all objects, changed or
 * not, before the news; `empty-pages`: a round begins with an empty page; `forgets-removals`: nothing is ever said to be removed; `late`: the
 * latest changes are told only later.
 */
export const deltaHabits = ['duplicates', 'reversed', 'replays', 'empty-pages', 'forgets-removals', 'late'] as const;
export type DeltaHabit = (typeof deltaHabits)[number];

export interface GraphFault {
  readonly kind: GraphFaultKind;
  /** The beginning of the paths that it strikes. */
  readonly path: string;
  /** How many requests it lets pass first. */
  readonly after: number;
  /** How many it strikes then; undefined for no end. */
  readonly times: number | undefined;
  readonly retryAfter: string | undefined;
  readonly status: number;
  readonly code: string;
  /** An origin. */
  readonly elsewhere: string;
}

export interface GraphFaultSettings {
  readonly faults: readonly GraphFault[];
  readonly delta: ReadonlySet<DeltaHabit>;
  readonly deltaPageSize: number;
  /** A request of policies that comes sooner after the one before is refused, without Retry-After; in milliseconds, 0 for never. */
  readonly policySpacingMs: number;
}

export interface GraphFaults {
  set(settings: GraphFaultSettings): void;
  present(): GraphFaultSettings;
  /** The fault that strikes this request, counted as struck. */
  strike(exchange: Exchange, at: Instant): GraphFault | undefined;
  /** The news of a round as the habits tell it; `everything` is what a replay begins with. */
  tell(news: readonly Properties[], everything: () => readonly Properties[]): readonly Properties[];
}

/** What Graph was seen to send without being asked otherwise. */
export const DELTA_PAGE_SIZE = 200;

export function createGraphFaults(): GraphFaults {
  let settings: GraphFaultSettings = { faults: [], delta: new Set(), deltaPageSize: DELTA_PAGE_SIZE, policySpacingMs: 0 };
  let policiesAskedAt: Instant | undefined;
  let counted = new Map<GraphFault, number>();
  return {
    set: (next) => {
      settings = next;
      counted = new Map();
    },
    present: () => settings,
    strike: (exchange, at) => {
      const isOfPolicies = policyPaths.some((path) => exchange.url.pathname.startsWith(path));
      const isTooSoon = isOfPolicies && policiesAskedAt !== undefined && msBetween(policiesAskedAt, at) < settings.policySpacingMs;
      if (isOfPolicies) policiesAskedAt = at;
      if (isTooSoon) return tooSoon;
      return settings.faults.find((fault) => {
        if (!concerns(fault, exchange)) return false;
        const seen = (counted.get(fault) ?? 0) + 1;
        counted.set(fault, seen);
        return seen > fault.after && (fault.times === undefined || seen <= fault.after + fault.times);
      });
    },
    tell: (news, everything) => {
      const { delta } = settings;
      const kept = delta.has('forgets-removals') ? news.filter((item) => !('@removed' in item)) : news;
      const replayed = delta.has('replays') ? [...everything(), ...kept] : kept;
      const doubled = delta.has('duplicates') ? replayed.flatMap((item) => [item, item]) : replayed;
      return delta.has('reversed') ? doubled.toReversed() : doubled;
    },
  };
}

const policyPaths = ['/v1.0/identity/conditionalAccess/', '/v1.0/policies/'];

const tooSoon: GraphFault = {
  kind: 'throttle',
  path: '/v1.0/',
  after: 0,
  times: undefined,
  retryAfter: undefined,
  status: 429,
  code: 'TooManyRequests',
  elsewhere: '',
};

/** Tokens die where they are carried. */
const carriedBy: Partial<Record<GraphFaultKind, string>> = {
  gone: '$deltatoken',
  'unknown-state': '$deltatoken',
  'too-old': '$deltatoken',
  'page-expired': '$skiptoken',
};

function concerns({ kind, path }: GraphFault, { url }: Exchange): boolean {
  const parameter = carriedBy[kind];
  if (parameter !== undefined && (!url.searchParams.has(parameter) || url.searchParams.get(parameter) === 'latest')) return false;
  return url.pathname.startsWith(path);
}
