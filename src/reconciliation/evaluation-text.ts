import type { InstantRange } from '../verdict/index.ts';
import type { DecidedVector } from './decided-vectors.ts';
import type { UnitSystem } from './report-population.ts';

/*
 * The texts whose hashes a finding keeps. They are put together from pieces, since most of what a million of them say is the same for everybody.
 */

interface Essence {
  readonly systems: readonly UnitSystem[];
  readonly deadline: InstantRange | null;
  readonly policyId: string | null;
}

/** An evaluation, but for what the vector alone comes to. */
interface Said extends Essence {
  readonly unit: { readonly kind: string; readonly id: string; readonly personId: string | null };
  readonly end: InstantRange | null;
  readonly sentence: string;
  readonly evidence: readonly string[];
  readonly due: { readonly at: string | null; readonly isGrowing: boolean };
  readonly digest: string;
}

/** The canonical JSON of what makes an evaluation this verdict and no other; a mere later look at the same facts leaves it as it is. */
export function essenceText({ deadline, policyId, systems }: Essence, { rulesText, vectorText }: DecidedVector): string {
  const each = systems.map(essenceOfSystem).join(',');
  return `{"deadline":${rangeText(deadline)},"policy":${quoted(policyId)},"rules":${rulesText},"systems":[${each}],"vector":${vectorText}}`;
}

function essenceOfSystem({ system, accountId, standing, state, timing, judged }: UnitSystem): string {
  const account = `"account":${quoted(accountId)},"again":${quoted(timing?.provenUsableAgain)},"outcome":${quoted(judged?.outcome)}`;
  return `{${account},"standing":"${standing}","state":"${state}","system":"${system}","unusable":${quoted(timing?.firstProvenUnusable)}}`;
}

/** The JSON of all that an evaluation says but for when it was judged: what is settled stays so at any later instant. `systems` is theirs. */
export function contentText(said: Said, { decisionText, effectsText, wholeText }: DecidedVector, systems: string): string {
  const { deadline, digest, due, end, evidence, policyId, sentence, unit } = said;
  const of = `"unit":{"kind":"${unit.kind}","id":"${unit.id}","personId":${quoted(unit.personId)}},"vector":${wholeText}`;
  const judged = `"systems":${systems},"end":${rangeText(end)},"deadline":${rangeText(deadline)},"policyId":${quoted(policyId)}`;
  const decided = `"decision":${decisionText},"sentence":${JSON.stringify(sentence)},"evidence":[${evidence.map(quoted).join(',')}]`;
  return `{${of},${judged},${decided},"effects":${effectsText},"due":{"at":${quoted(due.at)},"isGrowing":${due.isGrowing}},"digest":"${digest}"}`;
}

/** The JSON of systems, which leaves out what is undefined. */
export function systemsButEvaluatedAt(systems: readonly UnitSystem[]): string {
  return JSON.stringify(
    systems.map((system) => (system.timing === null ? system : { ...system, timing: { ...system.timing, evaluatedAt: undefined } })),
  );
}

function rangeText(range: InstantRange | null): string {
  return range === null ? 'null' : `{"earliest":"${range.earliest}","latest":"${range.latest}"}`;
}

/** An id, an instant or a word of ours, none of which has anything to escape. */
function quoted(text: string | null | undefined): string {
  return text === null || text === undefined ? 'null' : `"${text}"`;
}
