/** What the gate looks at. */
export interface GateFacts {
  /** `stale`: verified, but longer ago than the policy allows. */
  readonly sso: 'none' | 'unverified' | 'stale' | 'verified';
  /** `stale`: no present owner has used their credential within the policy's window. */
  readonly owner: 'never' | 'stale' | 'proven';
  readonly hasLiveCredential: boolean;
  /** Whether what would happen has been shown, and whether what was shown still is what would happen. */
  readonly preview: 'none' | 'stale' | 'expired' | 'present';
}

/** One condition that is not met, and its remedy. */
export interface GateRefusal {
  readonly code: 'sso-not-verified' | 'owner-not-proven' | 'scim-credential-missing' | 'preview-missing' | 'preview-stale';
  readonly detail: string;
  readonly next: string;
}

export type ActivationVerdict =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'refused'; readonly because: readonly [GateRefusal, ...GateRefusal[]] };

/**
 * Whether the switch may be turned (I4). All that is missing is said at once, single sign-on first: without it, SCIM locks
 * people out. Turning off needs no more than that one has seen who it concerns (I6).
 */
export function decideActivation(turnTo: 'off' | 'on', facts: GateFacts): ActivationVerdict {
  const unmet = turnTo === 'on' ? [sso(facts), owner(facts), credential(facts), preview(facts)] : [preview(facts)];
  const [first, ...others] = unmet.filter((refusal) => refusal !== undefined);
  return first === undefined ? { kind: 'allowed' } : { kind: 'refused', because: [first, ...others] };
}

function sso({ sso }: GateFacts): GateRefusal | undefined {
  return ssoRefusals[sso];
}

const ssoRefusals: Readonly<Record<GateFacts['sso'], GateRefusal | undefined>> = {
  verified: undefined,
  unverified: {
    code: 'sso-not-verified',
    detail: 'No sign-in has verified the present configuration of the active single sign-on connection.',
    next: 'Sign in through it once as an administrator.',
  },
  stale: {
    code: 'sso-not-verified',
    detail: 'The last sign-in through single sign-on is older than the access policy allows; it may have stopped working since.',
    next: 'Sign in through it once more as an administrator.',
  },
  none: {
    code: 'sso-not-verified',
    detail: 'There is no active single sign-on: with SCIM in charge, nobody but the owners could get in.',
    next: 'Configure single sign-on (POST sso), sign in through it (POST sso/verifications), and activate it.',
  },
};

function owner({ owner }: GateFacts): GateRefusal | undefined {
  return ownerRefusals[owner];
}

const ownerRefusals: Readonly<Record<GateFacts['owner'], GateRefusal | undefined>> = {
  proven: undefined,
  never: {
    code: 'owner-not-proven',
    detail: 'No owner has ever used their credential, so nobody knows whether it opens the door when single sign-on fails.',
    next: 'Have an owner send any request with their credential, such as GET owners.',
  },
  stale: {
    code: 'owner-not-proven',
    detail: 'No owner has used their credential for longer than the access policy allows; it may be lost since.',
    next: 'Have an owner send any request with their credential, such as GET owners.',
  },
};

function credential({ hasLiveCredential }: GateFacts): GateRefusal | undefined {
  if (hasLiveCredential) return undefined;
  return {
    code: 'scim-credential-missing',
    detail: 'There is no live SCIM credential, so Entra could not provision anybody.',
    next: 'Issue one (POST scim/credentials) and enter it in Entra as the secret token.',
  };
}

function preview({ preview }: GateFacts): GateRefusal | undefined {
  return previewRefusals[preview];
}

const previewRefusals: Readonly<Record<GateFacts['preview'], GateRefusal | undefined>> = {
  present: undefined,
  none: {
    code: 'preview-missing',
    detail: 'Nobody has acknowledged who would appear and who would disappear.',
    next: 'Make a preview (POST activation/previews), read it, and send its digest along as previewDigest.',
  },
  expired: {
    code: 'preview-stale',
    detail: 'The preview was made more than an hour ago.',
    next: 'Make a new preview (POST activation/previews), read it, and send its digest along as previewDigest.',
  },
  stale: {
    code: 'preview-stale',
    detail: 'The preview that was made is not what would happen now.',
    next: 'Make a new preview (POST activation/previews), read it, and send its digest along as previewDigest.',
  },
};
