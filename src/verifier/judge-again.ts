import {
  countTaken,
  decide,
  type DirectoryState,
  directoryStates,
  isDisownedOpenly,
  judgesSince,
  judgeTiming,
  type RuleEdition,
  type RuleMatch,
  scimStates,
  sentenceOf,
  statesBehind,
  type TimingInput,
  type TimingOutcome,
  worstBehind,
  worstRole,
  worstTiming,
} from '../verdict/index.ts';
import { blindOf, isCounted, type ReportedSystem, type ReportedUnit } from './read-report.ts';
import { same } from './same-value.ts';

/**
 * Judges a unit of the report again from what was observed, and says, in a sentence each, where the report claims
 * something else.
 */
export function judgeAgain(unit: ReportedUnit, edition: RuleEdition = 'present'): readonly string[] {
  return [
    ...unit.systems.flatMap((system) => judgeSystem(system, unit)),
    ...compareStates(unit),
    ...compareBehind(unit, edition),
    ...compareTimings(unit),
    ...compareMatch(unit),
    ...compareDecision(unit, edition),
  ];
}

function judgeSystem({ system, standing, timing, judged }: ReportedSystem, unit: ReportedUnit): readonly string[] {
  const isDue = unit.vector.employment === 'ENDED' && isCounted({ standing });
  if (timing === null) return isDue ? [`its ${system} account has no timing although the employment ended`] : [];
  const again = judgeTiming(timing);
  return [
    ...(same(timing.end, unit.end) && same(timing.deadline, unit.deadline)
      ? []
      : [`its ${system} account is judged against another end or deadline than the finding`]),
    ...(same(again, judged) ? [] : [`its ${system} account was judged ${wordOf(judged)}; the same instants give ${again.outcome}`]),
  ];
}

/** The state that counts in each system is the worst of its accounts'. */
function compareStates({ vector, systems }: ReportedUnit): readonly string[] {
  const counted = systems.filter(isCounted).map(({ system, state }) => `${system} ${state}`);
  const directory = directoryStates.find((state) => counted.includes(`directory ${state}`)) ?? 'NEVER';
  const scim = scimStates.find((state) => counted.includes(`scim ${state}`)) ?? 'NEVER';
  return [
    ...(directory === vector.directory ? [] : [`its directory state is given as ${vector.directory}; its accounts give ${directory}`]),
    ...(scim === vector.scim ? [] : [`its scim state is given as ${vector.scim}; its accounts give ${scim}`]),
  ];
}

/**
 * Of somebody with several directory accounts it is said of each active SCIM user what is behind it, as far as their states allow; the worst of that counts, and of the roles of several users. Up to
 * format 4 it was not said.
 */
function compareBehind({ systems, vector }: ReportedUnit, edition: RuleEdition): readonly string[] {
  const accounts = systems.filter((each) => isCounted(each) && each.standing !== 'none');
  const directory = accounts.filter(({ system }) => system === 'directory');
  const users = accounts.filter(({ state, system }) => system === 'scim' && state === 'ACTIVE');
  const isToBeSaid = judgesSince(edition, 5) && directory.length > 1;
  const words = users.map(({ behind }) => behind);
  const roles = users.flatMap(({ role }) => role ?? []);
  return [
    ...words.flatMap((behind) => {
      if ((behind !== undefined) !== isToBeSaid)
        return [`what is behind its scim account is ${isToBeSaid ? 'not said' : 'not to be said'}`];
      const isSo = behind === undefined || directory.some(({ state }) => statesBehind(behind).includes(state as DirectoryState));
      return isSo ? [] : [`what is behind its scim account is given as ${behind}; none of its directory accounts is so`];
    }),
    ...(worstBehind(words) === vector.behind
      ? []
      : [`what is behind is given as ${vector.behind ?? 'nothing'}; its accounts give ${worstBehind(words) ?? 'nothing'}`]),
    ...(roles.length === 0 || vector.employment === 'ENDED' || worstRole(roles) === vector.role
      ? []
      : [`its role is given as ${vector.role}; its accounts give ${worstRole(roles)}`]),
  ];
}

/** The outcome that counts in each system is the worst of its accounts'. */
function compareTimings(unit: ReportedUnit): readonly string[] {
  const { vector } = unit;
  if (vector.employment !== 'ENDED') return [];
  return [
    ...compareWorst('directory', vector.directoryTiming, timingsOf(unit, 'directory')),
    ...compareWorst('scim', vector.scimTiming, timingsOf(unit, 'scim')),
  ];
}

/** What a human said after the end leaves in doubt whose accounts these are, unless candidates do so already. */
function compareMatch({ systems, vector }: ReportedUnit): readonly string[] {
  const isOpen = isDisownedOpenly(systems);
  if (vector.match === 'AMBIGUOUS' || isOpen === (vector.match === 'DISOWNED')) return [];
  return [`its match is given as ${vector.match}; the accounts that were taken from the person give ${isOpen ? 'DISOWNED' : 'ONE'}`];
}

function compareWorst(system: string, claimed: TimingOutcome, timings: readonly TimingInput[]): readonly string[] {
  const worst = worstTiming(timings.map((timing) => judgeTiming(timing).outcome));
  return worst === claimed ? [] : [`its ${system} timing is given as ${claimed}; its accounts give ${worst}`];
}

function compareDecision(unit: ReportedUnit, edition: RuleEdition): readonly string[] {
  const decision = decide(unit.vector, edition);
  const { primary, all } = decision;
  const sentence = sentenceOf(
    decision,
    {
      vector: unit.vector,
      directory: timingsOf(unit, 'directory'),
      scim: timingsOf(unit, 'scim'),
      taken: countTaken(unit.systems),
      blind: blindOf(unit.systems),
    },
    edition,
  );
  const { claimed } = unit;
  return [
    ...(same([primary.rule, primary.verdict, primary.effect], [claimed.rule, claimed.verdict, claimed.effect])
      ? []
      : [`it claims ${wordOf(claimed)}; the decision table gives ${wordOf(primary)}`]),
    ...(same(all.map(plainRule), claimed.all) ? [] : ['the list of rules that apply is not the one that the decision table gives']),
    ...(claimed.sentence === sentence ? [] : ['its sentence does not say what was observed']),
  ];
}

function timingsOf(unit: ReportedUnit, system: ReportedSystem['system']): readonly TimingInput[] {
  return unit.systems.flatMap((each) => (each.system === system && isCounted(each) && each.timing !== null ? [each.timing] : []));
}

function plainRule({ rule, verdict, effect }: RuleMatch) {
  return { rule, verdict, effect };
}

function wordOf(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 200) ?? 'nothing';
}
