import type { Ask } from './ask.ts';

/** Calls about whose an account is that succeed. */
export const linkSuccessRows: readonly (Ask & { readonly status: number })[] = [
  { operation: 'listAccountLinks', query: 'limit=1000', status: 200 },
  { operation: 'listAccountLinkCandidates', query: 'limit=1000', status: 200 },
  {
    operation: 'decideAccountLink',
    fill: ({ ids }) => ({ personId: ids.person, system: 'directory', accountId: ids.account, action: 'link', reason: 'asked HR' }),
    status: 201,
  },
  { operation: 'approveAccountLink', parameters: { linkRequestId: 'linkRequestToApprove' }, credential: 'owner', status: 200 },
  { operation: 'withdrawAccountLink', parameters: { linkRequestId: 'linkRequestToWithdraw' }, status: 204 },
  {
    operation: 'decideAccountLink',
    // The same again, of which nothing waits any more.
    fill: ({ ids }) => ({
      personId: ids.leaver,
      system: 'directory',
      accountId: ids.accountToWithdraw,
      action: 'unlink',
      reason: 'not theirs',
    }),
    status: 202,
  },
  { operation: 'listAccountLinkRequests', query: 'limit=1000', status: 200 },
];
