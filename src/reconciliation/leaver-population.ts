import { epochMs } from '../kernel/index.ts';
import { readAhead } from '../platform/index.ts';
import { effects as everyEffect } from '../verdict/index.ts';
import { countDiagnoses, countEffects, sumOf, type TestPopulation } from './counted-population.ts';
import { namedMembers } from './named-members.ts';
import { countTakenBackEnds } from './taken-back-end-read-model.ts';
import { droppedDoubt } from './test-doubts.ts';
import { countLeaversTakenFrom, type LeaverKind, listLeavers, type MemberRow, tallyEmployments } from './test-population-read-model.ts';

/** Employments that ended, by HR's word (I9): judged as their findings are. */
export const leaverPopulation: TestPopulation = {
  isOfRun: true,
  position: /^-?\d{1,15}\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  count: async (q, { basis, period, workspaceId }, only) => {
    const tallies = await tallyEmployments(q, workspaceId, { only, period });
    const standing = (which: LeaverKind['standing']) => tallies.filter(({ kind }) => kind.standing === which);
    const within = standing('within');
    const dropped = sumOf(standing('not-ended').filter(({ kind }) => kind.vector.roster === 'DROPPED'));
    return {
      taken: await countLeaversTakenFrom(q, workspaceId, { only, period }),
      ...(only === undefined && { takenBack: await countTakenBackEnds(q, workspaceId, period) }),
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
  list: (q, { period, workspaceId }, { effects = everyEffect, ...asked }) =>
    readAhead(
      asked,
      ({ position }) => position,
      async (page) => {
        const rows = await listLeavers(q, workspaceId, { ...page, period, effects });
        return namedMembers(
          q,
          workspaceId,
          rows.map((row) => ({ row, accounts: row.systems, position: positionOf(row), effect: row.effect, because: row.sentence })),
        );
      },
    ),
};

function positionOf({ endEarliest, findingId }: MemberRow): string {
  return `${endEarliest === null ? 0 : epochMs(endEarliest)}.${findingId}`;
}
