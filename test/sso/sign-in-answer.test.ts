import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Instant, MINUTE_MS } from '../../src/kernel/index.ts';
import type { ScimUser } from '../../src/sso/finish-sign-in.ts';
import { steppingClock } from '../support/clock.ts';
import { answerProvider, browser } from './browser.ts';
import { type Contoso, type ContosoWorkspace, contoso } from './contoso.ts';
import { oidcAdapters } from './sso-server.ts';

const clock = steppingClock();

describe.each(oidcAdapters)('with the adapter %s', (adapter) => {
  let world: Contoso;
  let at: ContosoWorkspace;

  beforeAll(async () => {
    world = await contoso({ clock, adapter });
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    at = await world.newWorkspace();
  });
  afterEach(() => at.server.close());

  describe('an answer that is not the one asked for', () => {
    let address: string;

    beforeEach(async () => {
      address = await at.openForSignIn(await at.configure());
    });

    async function refused(visit: Promise<{ status: number; page: string }>, because: RegExp) {
      const before = await at.counted('session');
      expect(await visit).toMatchObject({ status: 403, page: expect.stringMatching(because) });
      expect(await at.counted('session')).toBe(before);
    }

    it('is refused when its state was never given out', async () => {
      const person = browser();
      const back = new URL(await at.goToProvider(person, address));
      back.searchParams.set('state', 'A'.repeat(43));
      await refused(person.open(back.href), /belongs to no sign-in/);
    });

    it('is refused when it carries the state of another attempt in the same browser', async () => {
      const person = browser();
      const first = new URL(await at.goToProvider(person, address));
      const second = new URL(await at.goToProvider(person, address));
      first.searchParams.set('state', second.searchParams.get('state') ?? '');
      await refused(person.open(first.href), /refused \(invalid_grant, AADSTS50148\)|does not hold/);
    });

    it('is refused when another browser began it', async () => {
      await refused(browser().open(await at.goToProvider(browser(), address)), /belongs to no sign-in/);
    });

    it('is refused the second time, also with the cookie put back', async () => {
      const person = browser();
      const back = await at.goToProvider(person, address);
      const cookies = new Map(person.cookies);
      expect((await person.open(back)).status).toBe(200);
      for (const [name, value] of cookies) person.cookies.set(name, value);
      await refused(person.open(back), /has been used before/);
    });

    it('counts once when it comes twice at the same time', async () => {
      const person = browser();
      const back = await at.goToProvider(person, address);
      const answers = await Promise.all([person.open(back), person.open(back)]);
      expect(answers.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 403]));
      expect(await at.counted('session')).toBe(1);
    });

    it('is refused ten minutes after the start', async () => {
      const person = browser();
      const back = await at.goToProvider(person, address);
      clock.advance(10 * MINUTE_MS);
      await refused(person.open(back), /within the last ten minutes/);
    });

    it('is refused in another workspace (I12)', async () => {
      const other = await world.newWorkspaceId();
      const person = browser();
      const back = await at.goToProvider(person, address);
      await refused(person.open(back.replace(at.workspaceId, other)), /belongs to no sign-in/);
    });

    it('is refused when the person cancelled, with the code to look up', async () => {
      const person = browser();
      const started = await person.open(address);
      const back = await answerProvider(person, started.location, { cancel: 'true' });
      await refused(person.open(back.location), /refused \([a-z_]+, AADSTS65004\)/);
    });

    it('is a problem document for a program', async () => {
      const response = await fetch(`${at.server.url}/sign-in/${at.workspaceId}/callback?state=x&code=y`);
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(await response.json()).toMatchObject({ status: 403, type: expect.stringMatching(/sign-in-failed$/) });
    });
  });

  describe('a person', () => {
    it('whom nobody has invited does not enter, though their mail attribute names an administrator', async () => {
      const refused = await at.signIn(browser(), await at.openForSignIn(await at.configure()), 'mallory@contoso.example');
      expect(refused).toMatchObject({ status: 403, page: expect.stringMatching(/nobody of that sign-in name has an open invitation/) });
      expect(await at.counted('sso_verification')).toBe(0);
    });

    it('whom the authority in force keeps out does not enter, and verifies nothing', async () => {
      at.server.setMayEnter({ kind: 'no', because: 'Your account has been deactivated by provisioning (SCIM).' });
      const refused = await at.signIn(browser(), await at.openForSignIn(await at.configure()));
      expect(refused).toMatchObject({ status: 403, page: expect.stringMatching(/deactivated by provisioning/) });
      expect((await at.counted('sso_verification')) + (await at.counted('session'))).toBe(0);
    });

    it.each([
      {
        name: 'the SCIM user whom they are',
        entry: { scimUser: { id: 'b1c6a1c0-0000-4000-8000-000000000001', linkedBy: null } },
        says: /the SCIM user b1c6a1c0/,
      },
      {
        name: 'that nobody has provisioned them',
        entry: { graceEndsAt: '2026-03-10T09:00:00.000Z' as Instant },
        says: /no SCIM user yet: .* before 2026-03-10/,
      },
    ])('who tries a candidate out is told $name', async ({ entry, says }) => {
      at.server.setMayEnter({ kind: 'yes', roleId: null, graceEndsAt: null, scimUser: null, ...entry });
      expect((await at.signIn(browser(), await at.openForSignIn(await at.configure()))).page).toMatch(says);
    });

    it.each<{ name: string; scimUser: ScimUser | null; says: RegExp }>([
      { name: 'a SCIM user', scimUser: { id: 'b1c6a1c0', standing: 'active' }, says: /<dd>the SCIM user b1c6a1c0<\/dd>/ },
      {
        name: 'a deactivated one',
        scimUser: { id: 'b1c6a1c0', standing: 'inactive' },
        says: /who is inactive and may not enter; assign them/,
      },
      { name: 'nobody', scimUser: null, says: /nobody: no SCIM user .*; assign them to the enterprise application before/ },
    ])('who tries a candidate out while SCIM is off is told that they would be $name once it decides', async ({ scimUser, says }) => {
      at.server.setScimUser(scimUser);
      const address = await at.openForSignIn(await at.configure());
      expect((await at.signIn(browser(), address)).page).toMatch(says);
      expect(await at.signIn(browser(), address, 'mallory@contoso.example')).toMatchObject({
        status: 403,
        page: expect.stringMatching(says),
      });
    });

    it('who tries a candidate out while SCIM decides is told whom they are, not whom they would be', async () => {
      const id = await at.configure();
      await world.db.owner.transaction(async (tx) => {
        await tx.query('alter table scim_switch disable trigger user');
        await tx.query("update scim_switch set state = 'on', sso_connection_id = $2 where workspace_id = $1", [at.workspaceId, id]);
        await tx.query('alter table scim_switch enable trigger user');
      });
      expect((await at.signIn(browser(), await at.openForSignIn(id))).page).not.toContain('Once SCIM decides');
    });

    it('is bound at the first sign-in, and found by object id after a rename', async () => {
      const address = await at.openForSignIn(await at.configure());
      await at.signIn(browser(), address);
      const { rows } = await world.db.owner.query(
        'select tenant_id, object_id, invitation_revoked_at from administrator where workspace_id = $1',
        [at.workspaceId],
      );
      expect(rows).toEqual([{ tenant_id: world.entra.tenantId, object_id: world.ada.id, invitation_revoked_at: clock.now() }]);
      await world.db.owner.query("update administrator set email_key = 'someone.else@contoso.example' where workspace_id = $1", [
        at.workspaceId,
      ]);
      expect((await at.signIn(browser(), address)).status).toBe(200);
    });
  });
});
