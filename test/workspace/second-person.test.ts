import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DAY_MS, type Instant, plusMs, type WorkspaceId } from '../../src/kernel/index.ts';
import { type Principal, scopes } from '../../src/platform/index.ts';
import { admitAdministrator, createOwner, createWorkspace, linkIdentity, requireSecondPerson } from '../../src/workspace/index.ts';
import { inviteAdministrator } from '../../src/workspace/invite-administrator.ts';
import { issueApiToken } from '../../src/workspace/issue-api-token.ts';
import { nameOwnerPerson } from '../../src/workspace/name-owner-person.ts';
import { removeAdministrator } from '../../src/workspace/remove-administrator.ts';
import { revokeApiToken } from '../../src/workspace/revoke-api-token.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { silentLog } from '../support/log.ts';

const tenantId = randomUUID();
let db: TestDatabase;
let clock: SteppingClock;
let workspaceId: WorkspaceId;
/** The first owner, and what she asked for: when. */
let olive: Principal;
let asked: Instant;
let made = 0;

const deps = () => ({ database: db.database, clock, log: silentLog });
const owner = (id: string): Principal => ({ kind: 'owner', id, actor: `owner:${id}`, scopes });
const administrator = (id: string): Principal => ({ kind: 'administrator', id, actor: `administrator:${id}`, scopes });

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  made += 1;
  clock = steppingClock();
  const named = { slug: `two-${made}`, name: 'Two', timeZone: 'UTC', ownerName: 'Olive Owner' };
  const created = await createWorkspace(deps(), named);
  workspaceId = created.workspaceId;
  olive = owner(created.owner.id);
  asked = clock.now();
});

const addOwner = async (principal?: Principal) =>
  owner((await createOwner(deps(), workspaceId, { name: 'Otto', ...(principal && { principal }) })).id);

const invite = async (principal: Principal, email = `${randomUUID()}@contoso.example`) => {
  const { id } = await inviteAdministrator(deps(), workspaceId, { principal, email, roleId: 'admin' });
  return { email, who: administrator(id) };
};

/** Invited, and really signed in as an account of the tenant. */
async function signedIn(objectId = randomUUID()): Promise<Principal> {
  const { email, who } = await invite(olive);
  await signIn(email, objectId);
  return who;
}

const signIn = (userPrincipalName: string, objectId = randomUUID()) =>
  db.database.transaction((tx) =>
    admitAdministrator(tx, workspaceId, { identity: { tenantId, objectId, userPrincipalName }, at: clock.now() }),
  );

const issue = (principal: Principal, holder: Principal) =>
  issueApiToken(deps(), workspaceId, {
    principal,
    input: { administratorId: holder.id as never, scopes: ['reconciliation'], expiresAt: plusMs(clock.now(), DAY_MS) },
  });

const approve = (requestedBy: Principal | string, actor: Principal | string, since = asked) => {
  const name = (who: Principal | string) => (typeof who === 'string' ? who : who.actor);
  const request = { approvedAt: null, requestedBy: name(requestedBy), requestedAt: since };
  return requireSecondPerson(db.database, workspaceId, request, { actor: name(actor) });
};

/** Refused whichever of the two asks. */
async function expectOnePerson(one: Principal | string, other: Principal | string): Promise<void> {
  await expect(approve(one, other)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(approve(other, one)).rejects.toMatchObject({ code: 'forbidden' });
}

async function expectTwoPeople(one: Principal | string, other: Principal | string, since = asked): Promise<void> {
  await approve(one, other, since);
  await approve(other, one, since);
}

describe('a decision of two people', () => {
  it('is taken by two administrators who have signed in, by one and an owner, and by two owners of the command line', async () => {
    const [ada, ben] = [await signedIn(), await signedIn()];
    await expectTwoPeople(ada, ben);
    await expectTwoPeople(ada, olive);
    await expectTwoPeople(olive, await addOwner());
  });

  it('is not taken by an owner and whom she made an owner, nor by two whom she made', async () => {
    const otto = await addOwner(olive);
    const ole = await addOwner(otto);
    await expectOnePerson(olive, otto);
    await expectOnePerson(olive, ole);
    await expectOnePerson(await addOwner(olive), ole);
  });

  it('is not taken with an invitation that nobody has signed in with, by who has sent it', async () => {
    const ada = await signedIn();
    const invited = await invite(ada);
    await expectOnePerson(ada, invited.who);
    await expectTwoPeople(olive, invited.who);
    clock.advance(DAY_MS);
    await signIn(invited.email);
    // What was asked for while the invitation was a mere token remains so.
    await expectOnePerson(ada, invited.who);
    await expectTwoPeople(ada, invited.who, clock.now());
  });

  it('is not taken by an owner with a token that they issued to somebody else, unless it ended before', async () => {
    const ada = await signedIn();
    const { id } = await issue(olive, ada);
    await expectOnePerson(olive, ada);
    clock.advance(1);
    await revokeApiToken(deps(), workspaceId, { principal: olive, id });
    await expectOnePerson(olive, ada);
    await expectTwoPeople(olive, ada, clock.now());
    await issue(olive, ada);
    clock.advance(DAY_MS);
    await expectTwoPeople(olive, ada, clock.now());
  });

  it('is taken with tokens that administrators issued to themselves', async () => {
    const ada = await signedIn();
    await issue(ada, ada);
    await expectTwoPeople(olive, ada);
  });

  it('is not taken by somebody who was removed and invited anew, by the account in the directory', async () => {
    const objectId = randomUUID();
    const before = await signedIn(objectId);
    await signedIn(); // the last administrator is not removed
    await removeAdministrator(deps(), workspaceId, { id: before.id as never, actor: olive.actor });
    await expectOnePerson(before, await signedIn(objectId));
  });

  it('is not taken by an owner and the administrator who is the person behind them', async () => {
    const objectId = randomUUID();
    const ada = await signedIn(objectId);
    await nameOwnerPerson(deps(), workspaceId, {
      id: olive.id as never,
      person: { tenantId, objectId },
      reason: 'she keeps the envelope',
      principal: olive,
    });
    await expectOnePerson(ada, olive);
  });

  it('is not taken by an administrator who also entered as a SCIM user', async () => {
    const objectId = randomUUID();
    const ada = await signedIn(objectId);
    const scimUserId = randomUUID();
    const identity = { tenantId, objectId, userPrincipalName: null };
    await db.database.transaction((tx) => linkIdentity(tx, workspaceId, { identity, scimUserId, linkedBy: 'externalId', at: clock.now() }));
    await expectOnePerson(ada, `scim-user:${scimUserId}`);
    await expectTwoPeople(ada, `scim-user:${randomUUID()}`);
  });

  it('does not look into other workspaces (I12)', async () => {
    const otto = await addOwner(olive);
    const other = await createWorkspace(deps(), { slug: `else-${made}`, name: 'Else', timeZone: 'UTC', ownerName: 'Else' });
    const request = { approvedAt: null, requestedBy: olive.actor, requestedAt: asked };
    await requireSecondPerson(db.database, other.workspaceId, request, { actor: otto.actor });
  });

  it('is never approved twice, nor by who asked', async () => {
    const request = { approvedAt: asked, requestedBy: olive.actor, requestedAt: asked };
    await expect(requireSecondPerson(db.database, workspaceId, request, { actor: 'administrator:x' })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(approve(olive, olive)).rejects.toMatchObject({ code: 'forbidden' });
  });
});
