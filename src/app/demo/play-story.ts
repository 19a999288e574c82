import { askTests } from './ask-tests.ts';
import { cast, addressOf } from './cast.ts';
import { connectDirectory } from './connect-directory.ts';
import { foundWorkspace, refuseSwitchWithoutSso } from './found-workspace.ts';
import { furnishTenant } from './furnish-tenant.ts';
import { importRoster } from './import-roster.ts';
import { letMoreGoWrong, letOthersChange } from './let-more-go-wrong.ts';
import { letPeopleLeave } from './let-people-leave.ts';
import { expectThat } from './narrator.ts';
import { proveSso } from './prove-sso.ts';
import { provision } from './provision.ts';
import { reconcile } from './reconcile.ts';
import { reconcileUnseen } from './reconcile-unseen.ts';
import { sealFinalReport } from './seal-final-report.ts';
import { sealReport } from './seal-report.ts';
import { showEveryRule } from './show-every-rule.ts';
import type { Stage } from './story.ts';
import { switchOn } from './switch-on.ts';

/** The policy of the full story: administrators have four hours. */
const fullPolicy = { slaHours: 24, privilegedSlaHours: 4, privilegedRoles: ['admin'] };

export interface StoryEnd {
  readonly workspaceId: string;
  readonly reportId: string;
  /** Who can sign in at the simulated tenant. */
  readonly administrator: string;
}

/**
 * Plays the whole story through HTTP: every line that is told was read back from the API, from Entra's simulated tenant
 * or from the verifier. Throws StoryFailed when a step does not come out as told.
 */
export async function playStory(stage: Stage): Promise<StoryEnd> {
  const workspace = await foundWorkspace(stage, stage.isFull ? fullPolicy : undefined);
  await refuseSwitchWithoutSso(stage, workspace);
  const tenant = await furnishTenant(stage);
  const { client: administrator } = await proveSso(stage, workspace, tenant.application);
  const before = stage.isFull ? await reconcileUnseen(stage, administrator, workspace.timeZone) : [];
  const { connectionId } = await connectDirectory(stage, administrator, tenant);
  const scim = await switchOn(stage, administrator, tenant);
  await provision(stage, administrator, { scim, tenant });
  await importRoster(stage, administrator, workspace.timeZone);
  const connected = { tenant, scim, connectionId };
  if (stage.isFull) await letOthersChange(stage, administrator, connected);
  await letPeopleLeave(stage, administrator, connected);
  if (stage.isFull) await letMoreGoWrong(stage, workspace, { ...connected, administrator });
  const findings = await reconcile(stage, administrator);
  await askTests(stage, administrator);
  if (stage.isFull) showEveryRule(stage, [...before, ...findings]);
  const reportId = await sealReport(stage, administrator);
  await sealFinalReport(stage, administrator);
  const violations = await stage.tenant.control.graphViolations();
  expectThat('nothing was ever written to Microsoft Graph', violations.length === 0);
  stage.narrator.line(`attempts to write to Microsoft Graph: ${violations.length}`);
  return { workspaceId: workspace.workspaceId, reportId, administrator: addressOf(cast.ada.name) };
}
