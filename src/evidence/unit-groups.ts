import type { ReportUnit } from '../reconciliation/index.ts';
import { type Html, html } from './html.ts';
import { worstFirst } from './report-document.ts';
import { shownName } from './shown-name.ts';

/** Units of one table: more are more than a reader looks through, and than a browser lays out at once. */
const UNITS_PER_GROUP = 100;

/** A unit, and the number by which a page links to it. */
export interface NumberedUnit {
  readonly number: number;
  readonly unit: ReportUnit;
}

/** Units that stand together on a page: all of them; where they are many, some of one effect whose names follow each other. */
export interface UnitGroup {
  readonly number: number;
  /** Null where there is but one group. */
  readonly name: Html | null;
  readonly units: readonly NumberedUnit[];
}

/** What is no pass comes first, then by name; of more than a hundred a group holds at most so many, all of one effect. */
export function groupUnits(units: readonly ReportUnit[]): readonly UnitGroup[] {
  const keyed = units.map((unit) => ({ unit, key: `${nameOf(unit).normalize('NFKD').toUpperCase()} ${unit.id}` }));
  const byName = keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ unit }) => unit);
  const numbered = worstFirst(byName).map((unit, index) => ({ unit, number: index + 1 }));
  if (numbered.length <= UNITS_PER_GROUP) return numbered.length === 0 ? [] : [{ number: 1, name: null, units: numbered }];
  return effectsIn(numbered)
    .flatMap((effect) => inHundreds(numbered.filter(({ unit }) => unit.effect === effect)))
    .map((group, index) => ({ number: index + 1, name: groupName(group), units: group }));
}

function effectsIn(units: readonly NumberedUnit[]): readonly ReportUnit['effect'][] {
  return [...new Set(units.map(({ unit }) => unit.effect))];
}

function inHundreds(units: readonly NumberedUnit[]): readonly (readonly NumberedUnit[])[] {
  return Array.from({ length: Math.ceil(units.length / UNITS_PER_GROUP) }, (_, n) =>
    units.slice(n * UNITS_PER_GROUP, (n + 1) * UNITS_PER_GROUP),
  );
}

function groupName(units: readonly NumberedUnit[]): Html {
  const [first, last] = [units[0]?.unit, units.at(-1)?.unit];
  if (first === undefined || last === undefined) throw new Error('a group has units');
  return html`${first.effect}: ${shownName(nameOf(first))} to ${shownName(nameOf(last))} (${units.length})`;
}

/** What a unit is called by: a person's name, or that of an account for which nobody answers. */
export function nameOf({ person, systems }: ReportUnit): string {
  return person?.displayName ?? person?.employeeId ?? systems.find(({ account }) => account !== null)?.account ?? '';
}
