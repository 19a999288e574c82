import { backUnseen } from './back-unseen.ts';
import { comingBack } from './coming-back.ts';
import { goneBefore } from './gone-before-the-end.ts';
import { goneInTime } from './gone-in-time.ts';
import { goneLate } from './gone-too-late.ts';
import { hrTells } from './what-hr-tells.ts';
import { inDoubt } from './in-doubt.ts';
import { noAccount } from './no-account.ts';
import { nobodyLooked } from './nobody-looked.ts';
import { nobodysAccounts } from './nobodys-accounts.ts';
import { notDueYet } from './not-due-yet.ts';
import { policyChanges } from './policy-changes.ts';
import { privilegedRoles } from './privileged-roles.ts';
import { roles } from './roles.ts';
import { severalAccounts } from './several-accounts.ts';
import { sourcesDisagree } from './sources-disagree.ts';
import { stillThere } from './still-there.ts';
import { timeZones } from './time-zones.ts';
import { whoseAccount } from './whose-account.ts';
import type { Chapter } from './story.ts';

/** All of them, in the order in which an auditor would ask. */
export const chapters: readonly Chapter[] = [
  goneInTime,
  goneBefore,
  goneLate,
  stillThere,
  notDueYet,
  inDoubt,
  backUnseen,
  nobodyLooked,
  noAccount,
  timeZones,
  policyChanges,
  hrTells,
  comingBack,
  privilegedRoles,
  whoseAccount,
  nobodysAccounts,
  sourcesDisagree,
  roles,
  severalAccounts,
];
