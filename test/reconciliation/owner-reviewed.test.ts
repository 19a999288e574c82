import { expect, it } from '@jest/globals';
import { DAY_MS, type OwnerId, plusMs } from '../../src/kernel/index.ts';
import { reconcile, reviewOwnersTask } from '../../src/reconciliation/index.ts';
import { listOwnerFindings } from '../../src/reconciliation/owner-finding-store.ts';
import { createOwner } from '../../src/workspace/index.ts';
import { namePerson } from '../../src/workspace/name-owner-person.ts';
import { lastingClock } from '../support/clock.ts';
import { silentLog } from '../support/log.ts';
import { eachTest } from './each-test.ts';
import { NOW } from './facts.ts';
import { servedAtNow } from './served-workspace.ts';

const given = eachTest(servedAtNow);

/** Olive, who has left, is named as an owner; Otto is here. */
async function oliveHasLeft(): Promise<OwnerId> {
  await given.world.facts.roster('7,olive@contoso.example,2020-01-01,2026-03-06', '8,otto@contoso.example,2020-01-01,');
  return (await createOwner(given.world.deps, given.world.facts.workspaceId, { name: 'Olive', person: { personId: await personOf('7') } }))
    .id;
}

async function personOf(employeeId: string): Promise<string> {
  const asked = 'select id from person where workspace_id = $1 and employee_id = $2';
  return (await given.db.owner.query<{ id: string }>(asked, [given.world.facts.workspaceId, employeeId])).rows[0]?.id ?? '';
}

async function tested() {
  return (await fetch(`${given.world.server.url}/tests/owners-are-here`)).json();
}

it('keeps the test from passing until a review has closed what was found of an owner (I10)', async () => {
  const ownerId = await oliveHasLeft();
  await given.world.run();
  expect(await tested()).toMatchObject({ test: { effects: { FAIL: 1 } } });
  const person = { tenantId: null, objectId: null, personId: await personOf('8') };
  const naming = { ownerId, person, reason: null, at: NOW, actor: 'system' };
  await given.db.database.transaction((tx) => namePerson(tx, given.world.facts.workspaceId, naming));
  expect(await tested()).toMatchObject({
    test: { effects: { INSUF: 1 } },
    members: [{ because: expect.stringMatching(/is here: .*The finding that the person had left stands still/) }],
  });
  await reviewOwnersTask({ ...given.world.deps, log: silentLog }).run({}, { signal: new AbortController().signal });
  expect(await tested()).toMatchObject({ test: { effects: { PASS: 1 } } });
});

it('says of what a run finds about an owner when it found it, not when the run began', async () => {
  await oliveHasLeft();
  await reconcile({ ...given.world.deps, clock: lastingClock(NOW, DAY_MS) }, given.world.facts.workspaceId, 'system');
  const found = await listOwnerFindings(given.db.database, given.world.facts.workspaceId, { state: 'open', after: undefined, limit: 9 });
  expect(found).toMatchObject([{ kind: 'person-left', since: plusMs(NOW, DAY_MS) }]);
});
