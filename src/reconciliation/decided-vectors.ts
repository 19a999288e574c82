import { canonicalJson } from '../kernel/index.ts';
import { type Decision, decide, type Effect, type StateVector, sentenceOf } from '../verdict/index.ts';

/** What a state vector alone comes to. */
export interface DecidedVector {
  readonly decision: Decision;
  /** Of every rule that applies, each once. */
  readonly effects: readonly Effect[];
  /** What is said of a unit without timings; empty for an ended employment, which has some. */
  readonly sentence: string;
  /** The rules that apply with their effects, and the vector, as canonical JSON. */
  readonly rulesText: string;
  readonly vectorText: string;
  /** The vector, the decision, its rules and the effects as JSON, their members in the order in which they came. */
  readonly wholeText: string;
  readonly decisionText: string;
  readonly allText: string;
  readonly effectsText: string;
}

/** Decides state vectors. Among a million people there are few different ones, and `decide` is pure: each is decided once. Make it once per run. */
export type DecideVector = (vector: StateVector) => DecidedVector;

export function vectorDecider(): DecideVector {
  const decided = new Map<string, DecidedVector>();
  return (vector) => {
    const key = keyOf(vector);
    const known = decided.get(key);
    if (known !== undefined) return known;
    const fresh = decidedVector(vector);
    decided.set(key, fresh);
    return fresh;
  };
}

function decidedVector(vector: StateVector): DecidedVector {
  const decision = decide(vector);
  const effects = [...new Set(decision.all.map(({ effect }) => effect))];
  return {
    decision,
    effects,
    sentence: vector.employment === 'ENDED' ? '' : sentenceOf(decision, { vector, directory: [], scim: [] }),
    rulesText: canonicalJson(decision.all.map(({ rule, effect }) => ({ rule, effect }))),
    vectorText: canonicalJson({ ...vector }),
    wholeText: JSON.stringify(vector),
    decisionText: JSON.stringify(decision),
    allText: JSON.stringify(decision.all),
    effectsText: JSON.stringify(effects),
  };
}

/** Every member, in an order of its own: two vectors with one key are the same. */
function keyOf(vector: StateVector): string {
  const {
    classification,
    match,
    roster,
    employment,
    directory,
    scim,
    directoryTiming,
    scimTiming,
    assigned,
    propagation,
    behind,
    role,
    privileged,
  } = vector;
  return `${classification} ${match} ${roster} ${employment} ${directory} ${scim} ${directoryTiming} ${scimTiming} ${assigned} ${propagation} ${behind} ${role} ${privileged}`;
}
