import type { Request, Response, Router } from 'express';
import { contextOf, inSnapshot, type Page, queryWords, readPage, requireScope, workspaceOf, workspaceRouter } from '../platform/index.ts';
import { type AccessPolicy, mfaRequirementOf, mfaVerdicts } from '../verdict/index.ts';
import { countMfa, listMfa, type MfaAccount } from './mfa-accounts.ts';
import type { MfaMemory } from './mfa-memory.ts';
import { mfaSentence, whySentence } from './mfa-sentence.ts';
import { countWithoutAccount } from './mfa-synced-read-model.ts';
import { type JudgedTenant, readMfaGround } from './mfa-tenants.ts';
import type { ReconciliationDependencies } from './reconcile.ts';
import { type TestException, testExceptions } from './test-exception-read-model.ts';

const listing = {
  usual: 100,
  most: 1_000,
  position: /^[0-9a-f-]{36}\.[0-9a-f-]{36}$/,
  positionOf: ({ connectionId, objectId }: { readonly connectionId: string; readonly objectId: string }) => `${connectionId}.${objectId}`,
};

interface MfaDependencies extends ReconciliationDependencies {
  readonly memory: MfaMemory;
}

/** `/mfa`, relative to a workspace's address: what Conditional Access makes of each account. */
export function mfaRoutes(deps: MfaDependencies): Router {
  const router = workspaceRouter();
  router.get('/mfa', (request, response) => getMfa(deps, request, response));
  router.get('/mfa/accounts{?verdict,limit,after}', (request, response) => getAccounts(deps, request, response));
  return router;
}

async function getMfa({ database, memory }: MfaDependencies, request: Request, response: Response): Promise<void> {
  requireScope(request, 'read');
  const workspaceId = workspaceOf(request);
  const shown = await inSnapshot(database, async (tx) => {
    const ground = await readMfaGround(tx, workspaceId, { at: contextOf(request).at, memory });
    return {
      decidedBy: ground.isScimOn ? 'scim' : 'scope',
      counts: await countMfa(tx, workspaceId, ground),
      usersWithoutAccount: ground.isScimOn ? await countWithoutAccount(tx, workspaceId) : 0,
      tenants: ground.tenants.map(tenantShown),
    };
  });
  response.json(shown);
}

function tenantShown({ connectionId, doubts, known, policies }: JudgedTenant) {
  const { named, securityDefaults, hasPremium } = known;
  return {
    connectionId,
    securityDefaults,
    hasPremium,
    doubts,
    policies: policies?.map((policy) => policyShown(policy, named.dangling)) ?? null,
  };
}

function policyShown(policy: AccessPolicy, dangling: readonly string[]) {
  const { enforced, kind } = mfaRequirementOf(policy);
  const { id, name, state, include, exclude, narrowedBy } = policy;
  const ids = [include, exclude].flatMap(({ users, groups }) => [...users, ...groups]);
  const missing = [...new Set(ids.filter((each) => dangling.includes(each)))];
  return { policyId: id, name, state, demandsMfa: enforced, kind, narrowedBy, missing };
}

async function getAccounts({ database, memory }: MfaDependencies, request: Request, response: Response): Promise<void> {
  requireScope(request, 'read');
  const workspaceId = workspaceOf(request);
  const { at } = contextOf(request);
  const verdicts = queryWords(request, 'verdict', mfaVerdicts);
  const read = (page: Page) =>
    inSnapshot(database, async (tx) => {
      const ground = await readMfaGround(tx, workspaceId, { at, memory });
      const accounts = await listMfa(tx, workspaceId, { ground, verdicts, ...page });
      const accountIds = accounts.map(({ accountId }) => accountId);
      const exceptions = await testExceptions(tx, workspaceId, { test: 'mfa-on-azure', at, accountIds });
      return accounts.map((account) => accountShown(account, exceptions));
    });
  const { rows, next } = await readPage(request, listing, read);
  response.json({ accounts: rows, next });
}

function accountShown(account: MfaAccount, exceptions: readonly TestException[]) {
  const { accountId, connectionId, coverage, displayName, names, objectId, userPrincipalName } = account;
  return {
    connectionId,
    accountId,
    objectId,
    userPrincipalName,
    displayName,
    verdict: coverage.verdict,
    because: mfaSentence(coverage, names),
    why: coverage.why.map((why) => ({ ...why, text: whySentence(why, names) })),
    exception: exceptions.find((exception) => exception.accountId === accountId) ?? null,
  };
}
