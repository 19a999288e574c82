import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { plusMs, type SsoConnectionId, type WorkspaceId } from '../../src/kernel/index.ts';
import { append } from '../../src/ledger/index.ts';
import type { Queryable } from '../../src/platform/index.ts';
import { openVerification } from '../../src/sso/open-verification.ts';
import { createOwner, lockSwitch } from '../../src/workspace/index.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { untilBlocked } from '../support/until-blocked.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { type Rows, rowsOf } from './rows.ts';

const clock = steppingClock();
let db: TestDatabase;
let workspaceId: WorkspaceId;
let rows: Rows;
let connectionId: string;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(async () => {
  await db.drop();
});
beforeEach(async () => {
  workspaceId = await insertWorkspace(db.owner, clock.now());
  rows = rowsOf(db.owner, workspaceId, clock.now());
});

async function proveOwner(): Promise<void> {
  const { id } = await createOwner({ database: db.database, clock }, workspaceId, { name: 'Olive' });
  await db.database.query('update owner set credential_proven_at = $3 where workspace_id = $1 and id = $2', [workspaceId, id, clock.now()]);
}

async function meetEverything(): Promise<void> {
  connectionId = await rows.ssoConnection();
  await rows.verification(connectionId);
  await rows.credential();
  await proveOwner();
}

/** What a program with the server's password would try. */
function turnOn(q: Queryable = db.database, sso = connectionId) {
  return q.query(
    `update scim_switch set state = 'on', sso_connection_id = $2, changed_at = $3, changed_by = 'sql' where workspace_id = $1`,
    [workspaceId, sso, clock.now()],
  );
}

function setConnection(state: string, id = connectionId, q: Queryable = db.database) {
  return q.query('update sso_connection set state = $3 where workspace_id = $1 and id = $2', [workspaceId, id, state]);
}

async function standing() {
  const { rows } = await db.owner.query<{ state: string; active: number }>(
    `select state, (select count(*) from sso_connection c where c.workspace_id = s.workspace_id and c.state = 'active') as active
     from scim_switch s where workspace_id = $1`,
    [workspaceId],
  );
  return rows[0];
}

describe("the switch, to SQL of the server's own role", () => {
  it('turns on when everything is met (I4)', async () => {
    await meetEverything();
    await turnOn();
    expect(await standing()).toEqual({ state: 'on', active: 1 });
  });

  it.each<{ name: string; given: () => Promise<void>; constraint: string }>([
    {
      name: 'no single sign-on at all',
      given: async () => {
        connectionId = '00000000-0000-4000-8000-000000000000';
      },
      constraint: 'scim_switch_sso_connection',
    },
    {
      name: 'no connection named',
      given: async () => {
        connectionId = null as unknown as string;
      },
      constraint: 'scim_switch_on_names_its_sso',
    },
    {
      name: 'a verified candidate that is not active',
      given: async () => {
        connectionId = await rows.ssoConnection('candidate');
        await rows.verification(connectionId);
        await rows.credential();
        await proveOwner();
      },
      constraint: 'scim_switch_needs_active_sso',
    },
    {
      name: 'an active connection that no sign-in has verified',
      given: async () => {
        connectionId = await rows.ssoConnection();
        await rows.credential();
        await proveOwner();
      },
      constraint: 'scim_switch_needs_verified_sso',
    },
    {
      name: 'a verification of the configuration as it was before somebody with power over the tables edited it',
      given: async () => {
        await meetEverything();
        await db.owner.transaction(async (tx) => {
          await tx.query('alter table sso_connection disable trigger sso_connection_immutable');
          await tx.query("update sso_connection set fingerprint = sha256('x') where workspace_id = $1", [workspaceId]);
          await tx.query('set constraints all immediate');
          await tx.query('alter table sso_connection enable trigger sso_connection_immutable');
        });
      },
      constraint: 'scim_switch_needs_verified_sso',
    },
    {
      name: 'no SCIM credential but a revoked and an expired one',
      given: async () => {
        connectionId = await rows.ssoConnection();
        await rows.verification(connectionId);
        await rows.credential({ revokedAt: clock.now() });
        await rows.credential({ expiresAt: clock.now() });
        await proveOwner();
      },
      constraint: 'scim_switch_needs_credential',
    },
    {
      name: 'an owner who has never used their credential',
      given: async () => {
        connectionId = await rows.ssoConnection();
        await rows.verification(connectionId);
        await rows.credential({ expiresAt: plusMs(clock.now(), 1) });
        await createOwner({ database: db.database, clock }, workspaceId, { name: 'Olive' });
      },
      constraint: 'scim_switch_needs_proven_owner',
    },
  ])('stays off with $name (I4)', async ({ given, constraint }) => {
    await given();
    await expect(turnOn()).rejects.toMatchObject({ constraint });
    expect(await standing()).toMatchObject({ state: 'off' });
  });

  it("stays off with another workspace's single sign-on (I4, I12)", async () => {
    await meetEverything();
    const foreign = connectionId;
    workspaceId = await insertWorkspace(db.owner, clock.now());
    await expect(turnOn(db.database, foreign)).rejects.toMatchObject({ constraint: 'scim_switch_sso_connection' });
  });

  it('is not fooled by a temporary table in place of the real one (I4)', async () => {
    connectionId = await rows.ssoConnection();
    await rows.credential();
    await proveOwner();
    const cheat = db.database.transaction(async (tx) => {
      await tx.query('create temporary table sso_verification (like public.sso_verification) on commit drop');
      await tx.query(
        `insert into pg_temp.sso_verification
         select workspace_id, id, id, fingerprint, id, tenant_id, id, issuer, created_at from sso_connection where id = $1`,
        [connectionId],
      );
      await tx.query('set local search_path = pg_temp, public');
      await turnOn(tx);
    });
    await expect(cheat).rejects.toMatchObject({ constraint: 'scim_switch_needs_verified_sso' });
    expect(await standing()).toMatchObject({ state: 'off' });
  });

  it('cannot be inserted in the state on (I4)', async () => {
    await db.owner.query('delete from scim_switch where workspace_id = $1', [workspaceId]);
    connectionId = await rows.ssoConnection();
    const insert = db.database.query(
      `insert into scim_switch (workspace_id, state, sso_connection_id, changed_at, changed_by) values ($1, 'on', $2, $3, 'sql')`,
      [workspaceId, connectionId, clock.now()],
    );
    await expect(insert).rejects.toMatchObject({ constraint: 'scim_switch_needs_verified_sso' });
  });

  it.each([
    'alter table scim_switch disable trigger scim_switch_gate',
    'set session_replication_role = replica',
    'drop function guard_scim_switch() cascade',
  ])('has a gate that cannot be taken away by "%s" (I4)', async (sql) => {
    await expect(db.database.query(sql)).rejects.toMatchObject({ code: '42501' });
  });
});

describe("a verification that is made up by SQL of the server's own role", () => {
  beforeEach(async () => {
    connectionId = await rows.ssoConnection('candidate');
    await rows.verification(connectionId);
  });

  /** The row that a real sign-in left once more, with a column changed; with its record in the ledger, or without. */
  function makeUp(change: Readonly<Record<string, string>>, isRecorded = true) {
    const columns = ['connection_id', 'fingerprint', 'administrator_id', 'tenant_id', 'object_id', 'issuer'];
    const values = columns.map((column) => change[column] ?? column);
    return db.database.transaction(async (tx) => {
      await tx.query(
        `insert into sso_verification (workspace_id, id, verified_at, ${columns.join(', ')})
         select workspace_id, gen_random_uuid(), verified_at, ${values.join(', ')} from sso_verification where workspace_id = $1`,
        [workspaceId],
      );
      const subject = { kind: 'sso-connection', id: connectionId };
      if (isRecorded) await append(tx, workspaceId, [{ type: 'sso.verified', at: clock.now(), actor: 'system', subject }]);
    });
  }

  it.each([
    { name: 'of another configuration', change: { fingerprint: "sha256('x')" } },
    { name: 'of another tenant', change: { tenant_id: 'gen_random_uuid()' } },
    { name: 'by another issuer', change: { issuer: "'https://login.example/other'" } },
    { name: 'by somebody who is not that administrator', change: { object_id: 'gen_random_uuid()' } },
  ])('is refused when it is $name (I4)', async ({ change }) => {
    await expect(makeUp(change)).rejects.toMatchObject({ constraint: 'sso_verification_fits' });
  });

  it('is refused for a connection that is retired (I4)', async () => {
    await setConnection('retired');
    await expect(makeUp({})).rejects.toMatchObject({ constraint: 'sso_verification_fits' });
  });

  it('is refused for an administrator who was removed (I4)', async () => {
    await db.database.query('update administrator set removed_at = $2 where workspace_id = $1', [workspaceId, clock.now()]);
    await expect(makeUp({})).rejects.toMatchObject({ constraint: 'sso_verification_fits' });
  });

  it('is refused when it leaves no record in the ledger (I3, I4)', async () => {
    await expect(makeUp({}, false)).rejects.toMatchObject({ constraint: 'sso_verification_recorded' });
  });

  it('cannot be told from a real one when all of it fits and is recorded: the server itself is the witness', async () => {
    await expect(makeUp({})).resolves.toBeUndefined();
  });
});

describe('single sign-on while the switch is on', () => {
  beforeEach(async () => {
    await meetEverything();
    await turnOn();
  });

  it('cannot be retired (I4)', async () => {
    await expect(setConnection('retired')).rejects.toMatchObject({ constraint: 'sso_connection_in_use' });
    expect(await standing()).toEqual({ state: 'on', active: 1 });
  });

  it("cannot be deleted by the server's role, nor by the owner of the tables (I4)", async () => {
    const sql = 'delete from sso_connection where workspace_id = $1';
    await expect(db.database.query(sql, [workspaceId])).rejects.toMatchObject({ code: '42501' });
    await expect(db.owner.query(sql, [workspaceId])).rejects.toMatchObject({ code: expect.stringMatching(/^23/) });
  });

  it('can be replaced by a verified connection in the same transaction (I4)', async () => {
    const next = await rows.ssoConnection('candidate');
    await rows.verification(next);
    await db.database.transaction(async (tx) => {
      await setConnection('retired', connectionId, tx);
      await setConnection('active', next, tx);
    });
    expect(await standing()).toEqual({ state: 'on', active: 1 });
  });

  it('cannot be replaced by one that no sign-in has verified (I4)', async () => {
    const next = await rows.ssoConnection('candidate');
    const swap = db.database.transaction(async (tx) => {
      await setConnection('retired', connectionId, tx);
      await setConnection('active', next, tx);
    });
    await expect(swap).rejects.toMatchObject({ constraint: 'sso_connection_in_use' });
  });

  it('can be retired once the switch is off', async () => {
    await db.database.query(`update scim_switch set state = 'off' where workspace_id = $1`, [workspaceId]);
    await setConnection('retired');
    expect(await standing()).toEqual({ state: 'off', active: 0 });
  });
});

describe('two transactions at the same time', () => {
  it.each([
    { name: 'the switch is turned first', switchFirst: true },
    { name: 'the connection is retired first', switchFirst: false },
  ])('never end with the switch on and no single sign-on, when $name (I4)', async ({ switchFirst }) => {
    await meetEverything();
    const steps = switchFirst ? ([turnOn, retire] as const) : ([retire, turnOn] as const);
    const firstIsIn = signal();
    const letGo = signal();
    const first = db.database.transaction(async (tx) => {
      await steps[0](tx);
      firstIsIn.raise();
      await letGo.raised;
    });
    await firstIsIn.raised;
    const second = db.database.transaction((tx) => steps[1](tx));
    await untilBlocked(db.owner); // then the second transaction stands before the first
    letGo.raise();
    const outcomes = await Promise.allSettled([first, second]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const after = await standing();
    expect(after?.state === 'off' || after?.active === 1).toBe(true);
  });

  it('both succeed when one turns the switch and the other opens the active connection to a verification', async () => {
    await meetEverything();
    const deps = { database: db.database, clock, publicUrl: 'http://127.0.0.1:9' };
    let opening: ReturnType<typeof openVerification> | undefined;
    await db.database.transaction(async (tx) => {
      await lockSwitch(tx, workspaceId);
      opening = openVerification(deps, workspaceId, { id: connectionId as SsoConnectionId, actor: 'owner:test' });
      await Promise.race([opening, untilBlocked(db.owner)]);
      await turnOn(tx);
    });
    expect((await opening)?.signInUrl).toContain(connectionId);
    expect(await standing()).toEqual({ state: 'on', active: 1 });
  });

  function retire(tx: Queryable) {
    return setConnection('retired', connectionId, tx);
  }

  function signal() {
    let raise = () => {};
    const raised = new Promise<void>((resolve) => {
      raise = resolve;
    });
    return { raised, raise: () => raise() };
  }
});

describe('the history of authority', () => {
  it.each(['activation_preview', 'activation_preview_account', 'authority_change', 'sso_verification'])(
    'keeps its rows: %s takes no update and no delete (I11)',
    async (table) => {
      await expect(db.database.query(`delete from ${table}`)).rejects.toMatchObject({ code: '42501' });
      await expect(db.database.query(`update ${table} set workspace_id = workspace_id`)).rejects.toMatchObject({ code: '42501' });
    },
  );
});
