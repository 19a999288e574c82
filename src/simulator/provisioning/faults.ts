import type { Step } from './object-failure.ts';

/**
 * What can go wrong between the engine and a server:
 * `lost-answer`: the server answers, and the answer does not arrive; `timeout`: the engine hangs up once the request is
 * out; `connection-reset`: the connection breaks before the request is whole; `duplicate`: the request arrives twice;
 * `reorder`: it is held back until a request that came after it has been answered; `status`: somebody in between answers.
 */
export const faultKinds = ['lost-answer', 'timeout', 'connection-reset', 'duplicate', 'reorder', 'status'] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface FaultRule {
  readonly kind: FaultKind;
  /** The steps that it strikes; undefined for every one but the connection test. */
  readonly steps: ReadonlySet<Step> | undefined;
  /** It strikes each n-th request of those steps. */
  readonly every: number;
  /** The most often that it strikes; undefined for no end. */
  readonly times: number | undefined;
  /** The answer of a `status` fault. */
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
}

/** A rule with what it has seen and done so far. */
export interface ArmedFault {
  readonly rule: FaultRule;
  seen: number;
  struck: number;
}

export function armFaults(rules: readonly FaultRule[]): readonly ArmedFault[] {
  return rules.map((rule) => ({ rule, seen: 0, struck: 0 }));
}

/** The fault that strikes a request of a step, counted as struck: the first rule whose turn it is. */
export function strike(faults: readonly ArmedFault[], step: Step): FaultRule | undefined {
  let striking: ArmedFault | undefined;
  for (const fault of faults) {
    if (!concerns(fault.rule, step)) continue;
    fault.seen += 1;
    const mayStrike = fault.rule.times === undefined || fault.struck < fault.rule.times;
    if (striking === undefined && mayStrike && fault.seen % fault.rule.every === 0) striking = fault;
  }
  if (striking !== undefined) striking.struck += 1;
  return striking?.rule;
}

function concerns({ steps }: FaultRule, step: Step): boolean {
  return steps === undefined ? step !== 'test-connection' : steps.has(step);
}
