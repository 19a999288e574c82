import { escapeMarkup } from './escape-markup.ts';
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
export function trialPage({ identity, match, outlook, protocol }: Trial): string {
  const next = 'The connection is verified. It serves everybody once an administrator activates it (POST sso/{id}/activate).';
  return page(
    'The sign-in works',
    [`You are signed in as ${identity.displayName}.`, next],
    [...cameBack(identity, protocol), ['Matches', whoOf(match)], ...foreseen(outlook)],
  );
}

/** The provider vouched for somebody who may not enter through a candidate. */
export function refusedTrialPage(
  { identity, outlook, protocol }: Trial,
  problem: { readonly detail: string; readonly next: string | undefined },
): string {
  const told = problem.next === undefined ? [problem.detail] : [problem.detail, problem.next];
  return page(
    'The sign-in did not succeed',
    [...told, 'This is what the identity provider said:'],
    [...cameBack(identity, protocol), ...foreseen(outlook)],
  );
}

/** What Entra calls the claims, and what to do where the sign-in name is not among them. */
const claimNames = {
  oidc: {
    issuer: 'iss',
    tenant: 'tid',
    object: 'oid',
    name: 'preferred_username',
    missing: 'none: grant the delegated permission "profile", or a SCIM user is found by its externalId alone',
  },
  saml: {
    issuer: 'Issuer',
    tenant: 'tenantid',
    object: 'objectidentifier',
    name: 'name',
    missing: 'none: let the claim "name" be user.userprincipalname, or a SCIM user is found by its externalId alone',
  },
} as const;

function cameBack({ issuer, objectId, tenantId, userPrincipalName }: Trial['identity'], protocol: Trial['protocol']): readonly Fact[] {
  const claim = claimNames[protocol];
  return [
    [`Issuer (${claim.issuer})`, issuer],
    [`Tenant (${claim.tenant})`, tenantId],
    [`Object id (${claim.object})`, objectId],
    [`Sign-in name (${claim.name})`, userPrincipalName ?? claim.missing],
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

/** An address is broken behind a slash where the screen is narrow, or it would be cut off: the page has no style. */
function breakable(markup: string): string {
  return markup.replaceAll('/', '/<wbr>');
}

type Fact = readonly [name: string, value: string];

function page(title: string, paragraphs: readonly string[], facts: readonly Fact[] = []): string {
  const rows = facts.map(([name, value]) => `<dt>${escapeMarkup(name)}</dt><dd>${breakable(escapeMarkup(value))}</dd>`);
  const list = facts.length === 0 ? '' : `\n<dl>\n${rows.join('\n')}\n</dl>`;
  const body = `${paragraphs.map((text) => `<p>${escapeMarkup(text)}</p>`).join('\n')}${list}`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeMarkup(title)}</title></head>
<body>
<h1>${escapeMarkup(title)}</h1>
${body}
</body>
</html>
`;
}
