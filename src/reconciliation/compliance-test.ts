import type { Instant } from '../kernel/index.ts';
import { type ComplianceTestId, type TestWords, testWords } from '../verdict/index.ts';
import {
  type ControlReference,
  directoryAccountControls,
  leaverControls,
  mfaControls,
  ownerControls,
  roleControls,
  scimUserControls,
} from './control-references.ts';

/** What a test asks, of whom, and which controls the answer is relevant to. */
export interface ComplianceTest extends TestWords {
  /** Whether it can be asked of a reporting period. */
  readonly ofPeriod: boolean;
  /** Why it cannot be asked of a past instant; null where it can. */
  readonly presentAlone: string | null;
  /** Whether it stands or falls with a complete look at the directory. */
  readonly needsDirectory: boolean;
  readonly controls: readonly ControlReference[];
}

/** One that looks at another population is a line here and one in `testPopulations`. */
export const complianceTests: Readonly<Record<ComplianceTestId, ComplianceTest>> = {
  'terminated-people-are-deactivated': {
    ...testWords['terminated-people-are-deactivated'],
    ofPeriod: true,
    presentAlone: null,
    needsDirectory: true,
    controls: leaverControls,
  },
  'directory-accounts-have-people': {
    ...testWords['directory-accounts-have-people'],
    ofPeriod: false,
    presentAlone: null,
    needsDirectory: true,
    controls: directoryAccountControls,
  },
  'scim-users-are-assigned': {
    ...testWords['scim-users-are-assigned'],
    ofPeriod: false,
    presentAlone: null,
    needsDirectory: true,
    controls: scimUserControls,
  },
  'roles-match': {
    ...testWords['roles-match'],
    ofPeriod: false,
    presentAlone: null,
    needsDirectory: true,
    controls: roleControls,
  },
  'owners-are-here': {
    ...testWords['owners-are-here'],
    ofPeriod: false,
    presentAlone:
      'Owners are judged when it is asked, by whatever shows then whether they are here, and nobody keeps that of a past instant.',
    needsDirectory: false,
    controls: ownerControls,
  },
  'mfa-on-azure': {
    ...testWords['mfa-on-azure'],
    ofPeriod: false,
    presentAlone: 'What Conditional Access demanded of whom at a past instant is not kept whole.',
    needsDirectory: true,
    controls: mfaControls,
  },
};

/** A reporting period `[from, to)` that a test is asked of. */
export interface TestPeriod {
  readonly from: Instant;
  readonly to: Instant;
}
