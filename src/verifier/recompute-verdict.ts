import {
  countTaken,
  decide,
  type DirectoryState,
  isDisownedOpenly,
  judgeTiming,
  type RuleEdition,
  type ScimState,
  type StateVector,
  sentenceOf,
  type TimingInput,
  worstDirectoryState,
  worstScimState,
  worstTiming,
} from '../verdict/index.ts';
import type { CitingSystem, CitingUnit } from './read-citing-unit.ts';
import { blindOf, isCounted } from './read-report.ts';
import { same } from './same-value.ts';

/** A line of a finding with what was derived for it instead of what the report says. */
export type DerivedSystem = Pick<CitingSystem, 'system' | 'standing' | 'state' | 'timing'>;

/** Judges a finding from derived timings and states, and says in what the report differs. */
export function recomputeVerdict(unit: CitingUnit, systems: readonly DerivedSystem[], edition: RuleEdition): readonly string[] {
  const vector = vectorOf(unit, systems);
  const decision = decide(vector, edition);
  const timings = (system: 'directory' | 'scim') => timingsOf(systems, system);
  const sentence = sentenceOf(
    decision,
    {
      vector,
      directory: timings('directory'),
      scim: timings('scim'),
      taken: countTaken(systems),
      blind: blindOf(unit.systems),
    },
    edition,
  );
  const { rule, verdict, effect } = decision.primary;
  const { claimed } = unit;
  if (!same([rule, verdict, effect], [claimed.rule, claimed.verdict, claimed.effect])) {
    return [`it is given as ${String(claimed.effect)} ${String(claimed.verdict)}; its records give ${effect} ${verdict}: ${sentence}`];
  }
  return sentence === claimed.sentence ? [] : [`its sentence is not the one that its records give: ${sentence}`];
}

function vectorOf({ vector }: CitingUnit, systems: readonly DerivedSystem[]): StateVector {
  if (vector.employment !== 'ENDED') return vector;
  const counted = systems.filter(isCounted);
  const statesOf = <State extends DirectoryState | ScimState>(system: 'directory' | 'scim') =>
    counted.flatMap((each) => (each.system === system ? [each.state as State] : []));
  const worstOf = (system: 'directory' | 'scim') => worstTiming(timingsOf(systems, system).map((timing) => judgeTiming(timing).outcome));
  return {
    ...vector,
    match: vector.match === 'AMBIGUOUS' ? 'AMBIGUOUS' : isDisownedOpenly(systems) ? 'DISOWNED' : 'ONE',
    directory: worstDirectoryState(statesOf<DirectoryState>('directory')),
    scim: worstScimState(statesOf<ScimState>('scim')),
    directoryTiming: worstOf('directory'),
    scimTiming: worstOf('scim'),
  };
}

function timingsOf(systems: readonly DerivedSystem[], system: 'directory' | 'scim'): readonly TimingInput[] {
  return systems.flatMap((each) => (each.system === system && isCounted(each) && each.timing !== null ? [each.timing] : []));
}
