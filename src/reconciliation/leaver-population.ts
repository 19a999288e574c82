import { epochMs, type WorkspaceId } from '../kernel/index.ts';
import { type Page, type Queryable, readAhead, type Stretch } from '../platform/index.ts';
import { type Effect, effects as everyEffect } from '../verdict/index.ts';
import { blindNaming } from './blind-windows.ts';
import { countDiagnoses, countEffects, type PopulationAsked, sumOf, type TestPopulation } from './counted-population.ts';
import { endOfPosition } from './finding-position.ts';
import { namedMembers } from './named-members.ts';
import { pastPlacesByEnd } from './past-finding-page-read-model.ts';
import type { PastMoment } from './past-moment-read-model.ts';
import { countTakenBackEnds } from './taken-back-end-read-model.ts';
import { droppedDoubt } from './test-doubts.ts';
import {
  countLeaversTakenFrom,
  type LeaverKind,
  listLeavers,
  listLeaversThen,
  type MemberRow,
  tallyEmployments,
} from './test-population-read-model.ts';

/** Employments that ended, by HR's word (I9): judged as their findings are. */
export const leaverPopulation: TestPopulation = {
  isOfRun: true,
  position: new RegExp(`^${endOfPosition}\\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$`),
  count: async (q, { basis, moment, period, workspaceId }, only) => {
    const tallies = await tallyEmployments(q, workspaceId, { only, period, moment });
    const standing = (which: LeaverKind['standing']) => tallies.filter(({ kind }) => kind.standing === which);
    const within = standing('within');
    const dropped = sumOf(standing('not-ended').filter(({ kind }) => kind.vector.roster === 'DROPPED'));
    return {
      taken: await countLeaversTakenFrom(q, workspaceId, { only, period, moment }),
      ...(only === undefined && { takenBack: await countTakenBackEnds(q, workspaceId, { period, moment }) }),
      inDoubt: dropped === 0 ? [] : [droppedDoubt(dropped)],
      effects: countEffects(within.map(({ count, kind }) => ({ count, effect: kind.effect }))),
      diagnoses: countDiagnoses(within.map(({ count, kind }) => ({ count, ...kind }))),
      ties: {
        rows: basis.employmentPeriods,
        of: 'employment periods of the roster',
        parts: [
          { part: 'ended, and tested', count: sumOf(within) },
          { part: 'ended outside the period', count: sumOf(standing('outside')) },
          { part: 'ended, with another employment beginning before access had to be gone', count: basis.continued },
          { part: 'not ended', count: sumOf(standing('not-ended')) },
        ],
      },
    };
  },
  list: async (q, { at, moment, period, workspaceId }, { effects = everyEffect, ...page }) => {
    const found =
      moment === undefined
        ? await readAhead(page, positionOf, (ahead) => listLeavers(q, workspaceId, { ...ahead, period, effects }))
        : await leaversThen(q, workspaceId, { ...page, period, effects, moment });
    const naming = await blindNaming(q, workspaceId, found.rows);
    const judged = found.rows.map((row) => ({
      row,
      accounts: row.systems,
      position: positionOf(row),
      effect: row.effect,
      because: naming.ofSentence(row.sentence, row.systems, at),
    }));
    return { rows: await namedMembers(q, workspaceId, judged), next: found.next };
  },
};

type PageThen = Page & Pick<PopulationAsked, 'period'> & { readonly effects: readonly Effect[]; readonly moment: PastMoment };

/** A page may be short: it passes over a bounded number of findings that said something else then. */
async function leaversThen(
  q: Queryable,
  workspaceId: WorkspaceId,
  { after, effects, limit, moment, period }: PageThen,
): Promise<Stretch<MemberRow>> {
  const [end, id] = after?.split('.') ?? [];
  const from = end === undefined || id === undefined ? undefined : { endMs: Number(end), id };
  const { next, rows } = await pastPlacesByEnd(q, workspaceId, { effects, from, limit, moment, since: period?.from ?? null });
  const within = rows.filter(({ endEarliest }) => endEarliest !== null && (period === null || endEarliest < period.to));
  const isOver = next === null || next.endEarliest === null || (period !== null && next.endEarliest >= period.to);
  return {
    rows: await listLeaversThen(q, workspaceId, { only: within.map((row) => row.id), moment }),
    next: isOver ? null : positionOf({ endEarliest: next.endEarliest, findingId: next.id }),
  };
}

function positionOf({ endEarliest, findingId }: Pick<MemberRow, 'endEarliest' | 'findingId'>): string {
  return `${endEarliest === null ? 0 : epochMs(endEarliest)}.${findingId}`;
}
