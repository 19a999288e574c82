import type { ScimUser, Trial } from './finish-sign-in.ts';

/** Nothing on these pages runs or loads anything. */
export const PAGE_HEADERS = {
  'content-security-policy': "default-src 'none'; style-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

export function signedInPage(displayName: string): string {
  return page('Signed in', [`You are signed in as ${displayName}.`, 'You can close this page.']);
}

export function signInFailedPage(problem: { readonly detail: string; readonly next: string | undefined }): string {
  return page('The sign-in did not succeed', problem.next === undefined ? [problem.detail] : [problem.detail, problem.next]);
}

/** A candidate works: what came back, whom it matches, and what comes next. */
export function trialPage({ identity, match, outlook }: Trial): string {
  const next = 'The connection is verified. It serves everybody once an administrator activates it (POST sso/{id}/activate).';
  return page(
    'The sign-in works',
    [`You are signed in as ${identity.displayName}.`, next],
    [...cameBack(identity), ['Matches', whoOf(match)], ...foreseen(outlook)],
  );
}

/** The provider vouched for somebody who may not enter through a candidate. */
export function refusedTrialPage(
  { identity, outlook }: Trial,
  problem: { readonly detail: string; readonly next: string | undefined },
): string {
  const told = problem.next === undefined ? [problem.detail] : [problem.detail, problem.next];
  return page(
    'The sign-in did not succeed',
    [...told, 'This is what the identity provider said:'],
    [...cameBack(identity), ...foreseen(outlook)],
  );
}

function cameBack({ issuer, objectId, tenantId, userPrincipalName }: Trial['identity']): readonly Fact[] {
  const missing = 'none: grant the delegated permission "profile", or a SCIM user is found by its externalId alone';
  return [
    ['Issuer (iss)', issuer],
    ['Tenant (tid)', tenantId],
    ['Object id (oid)', objectId],
    ['Sign-in name (preferred_username)', userPrincipalName ?? missing],
  ];
}

function whoOf(match: Trial['match']): string {
  const scimUserId = match?.scimUserId ?? null;
  const scimUser = scimUserId === null ? [] : [`the SCIM user ${scimUserId}`];
  const grace = match?.graceEndsAt ?? null;
  const warning =
    grace === null ? [] : [`no SCIM user yet: assign them to the enterprise application before ${grace}, or they are locked out`];
  return ['an administrator of this workspace', ...scimUser, ...warning].join('; ');
}

/** Whom they would be once the SCIM switch is on: nothing is said where it is on already, as "Matches" says it. */
function foreseen(outlook: Trial['outlook']): readonly Fact[] {
  return outlook === undefined ? [] : [['Once SCIM decides', foreseenAs(outlook)]];
}

function foreseenAs(outlook: ScimUser | null): string {
  if (outlook === null) {
    return (
      'nobody: no SCIM user has this object id as externalId or this sign-in name as userName; ' +
      'assign them to the enterprise application before the switch is turned on'
    );
  }
  const { id, standing } = outlook;
  if (standing === 'active') return `the SCIM user ${id}`;
  return `the SCIM user ${id}, who is ${standing} and may not enter; assign them to the enterprise application before the switch is turned on`;
}

type Fact = readonly [name: string, value: string];

function page(title: string, paragraphs: readonly string[], facts: readonly Fact[] = []): string {
  const rows = facts.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`);
  const list = facts.length === 0 ? '' : `\n<dl>\n${rows.join('\n')}\n</dl>`;
  const body = `${paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`).join('\n')}${list}`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title></head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
