import { type Instant, plural, type WorkspaceId } from '../kernel/index.ts';
import type { Transaction } from '../platform/index.ts';
import type { Effect, MfaVerdict } from '../verdict/index.ts';
import type { PresentCount, PresentPopulation } from './counted-population.ts';
import { countMfa, listMfa, type MfaAccount } from './mfa-accounts.ts';
import { mfaSentence } from './mfa-sentence.ts';
import { countWithoutAccount } from './mfa-synced-read-model.ts';
import { type MfaGround, readMfaGround } from './mfa-tenants.ts';
import type { UnitDisposition } from './report-population.ts';
import type { TestDoubt } from './test-doubts.ts';
import { type TestException, testExceptions } from './test-exception-read-model.ts';
import type { TestMember } from './test-result.ts';

/** MFA for some sign-ins is none for the others, so it is no pass; what cannot be told is no pass either (I10). */
const effectOf: Readonly<Record<Exclude<MfaVerdict, 'NOT_APPLICABLE'>, Effect>> = {
  ENFORCED: 'PASS',
  UNKNOWN: 'INSUF',
  PARTIAL: 'FAIL',
  NOT_COVERED: 'FAIL',
};

const tested = ['ENFORCED', 'UNKNOWN', 'PARTIAL', 'NOT_COVERED'] as const;

/** Enabled accounts that are synced, and whether Conditional Access makes them use MFA: judged when it is asked, by the last look at each tenant. */
export const mfaPopulation: PresentPopulation = {
  // The connection, the account, and the reading whose first page counted.
  position: /^[0-9a-f-]{36}\.[0-9a-f-]{36}(?:\.[0-9a-f-]{36})?$/,
  count: async (tx, { workspaceId, at, memory }) => {
    const ground = await readMfaGround(tx, workspaceId, { at, memory });
    const counts = await countMfa(tx, workspaceId, ground);
    const rows = tested.reduce((sum, verdict) => sum + counts[verdict], 0);
    return {
      effects: { PASS: counts.ENFORCED, INSUF: counts.UNKNOWN, FAIL: counts.PARTIAL + counts.NOT_COVERED },
      ties: {
        rows,
        of: ground.isScimOn ? 'enabled directory accounts that SCIM provisions' : 'enabled directory accounts in the scope',
        parts: tested.map((verdict) => ({ part: partWords[verdict], count: counts[verdict] })),
      },
      // Why is said account by account: GET /mfa/accounts.
      diagnoses: new Map(),
      doubts: await doubtsOf(tx, workspaceId, { ground, rows }),
      excepted: await countExcepted(tx, workspaceId, { at, ground }),
    } satisfies PresentCount;
  },
  list: async (tx, { workspaceId, at, memory }, { after, effects, limit }) => {
    const ground = await readMfaGround(tx, workspaceId, { at, memory });
    const verdicts = tested.filter((verdict) => effects?.includes(effectOf[verdict]) ?? true);
    const accounts = await listMfa(tx, workspaceId, { ground, verdicts, after, limit });
    const accountIds = accounts.map(({ accountId }) => accountId);
    const exceptions = await testExceptions(tx, workspaceId, { test: 'mfa-on-azure', at, accountIds });
    return accounts.map((account) => memberOf(account, exceptions));
  },
};

const partWords: Readonly<Record<(typeof tested)[number], string>> = {
  ENFORCED: 'MFA at every sign-in',
  UNKNOWN: 'not to be told',
  PARTIAL: 'MFA for some sign-ins',
  NOT_COVERED: 'no MFA',
};

async function doubtsOf(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { ground, rows }: { readonly ground: MfaGround; readonly rows: number },
): Promise<readonly TestDoubt[]> {
  const { isScimOn, tenants } = ground;
  if (tenants.length === 0) {
    return [
      { code: 'directory-never-read', detail: 'No directory is connected.', remedy: 'POST directory/connections, and let a run complete.' },
    ];
  }
  const without = isScimOn ? await countWithoutAccount(tx, workspaceId) : 0;
  return [
    ...tenants.flatMap(({ doubts }) => doubts),
    ...(without === 0
      ? []
      : [
          {
            code: 'users-without-account' as const,
            detail: `${plural(without, 'active SCIM user has', 'active SCIM users have')} no directory account that was read, so nothing can be said of ${without === 1 ? 'it' : 'them'}.`,
            remedy: 'Map externalId to objectId, and connect the directory that they come from.',
          },
        ]),
    ...(rows > 0
      ? []
      : [
          {
            code: 'nobody-tested' as const,
            detail: 'Nobody is synced, so nothing was tested.',
            remedy: 'Look into the scope, or into what SCIM provisions.',
          },
        ]),
  ];
}

/** Members that do not pass and stand under an exception that two people made. */
async function countExcepted(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { at, ground }: { readonly at: Instant; readonly ground: MfaGround },
): Promise<number> {
  const exceptions = await testExceptions(tx, workspaceId, { test: 'mfa-on-azure', at });
  const accountIds = exceptions.filter(({ approvedAt }) => approvedAt !== null).map(({ accountId }) => accountId);
  if (accountIds.length === 0) return 0;
  const found = await listMfa(tx, workspaceId, { ground, verdicts: undefined, accountIds, after: undefined, limit: accountIds.length });
  return found.filter(({ coverage }) => coverage.verdict !== 'ENFORCED' && coverage.verdict !== 'NOT_APPLICABLE').length;
}

function memberOf(account: MfaAccount, exceptions: readonly TestException[]): TestMember {
  const { accountId, connectionId, coverage, kind, names, objectId, userPrincipalName } = account;
  const exception = exceptions.find((each) => each.accountId === accountId);
  return {
    position: `${connectionId}.${objectId}`,
    effect: coverage.verdict === 'NOT_APPLICABLE' ? 'N/A' : effectOf[coverage.verdict],
    because: mfaSentence(coverage, names),
    diagnosis: null,
    findingId: null,
    owner: null,
    person: null,
    employmentPeriodId: null,
    end: null,
    deadline: null,
    accounts: [
      {
        system: 'directory',
        accountId,
        state: kind.isEnabled === null ? 'VANISHED' : 'ENABLED',
        standing: 'none',
        matchRule: null,
        grade: 'C',
        account: userPrincipalName,
        externalId: objectId,
      },
    ],
    disposition: exception === undefined ? null : dispositionOf(exception),
    evidence: [],
  };
}

function dispositionOf({ accountId: _accountId, ownerPersonId: _ownerPersonId, ...disposition }: TestException): UnitDisposition {
  return disposition;
}
