import type { Ask } from './ask.ts';
import { auditorCookie, LINK_TOKEN } from './audited-report.ts';
import type { RefusalRow } from './refusal-row.ts';

const link = { linkId: 'auditorLink' } as const;
const opened = { parameters: link, headers: auditorCookie };

/** Calls about auditors' links, and through one, that succeed. */
export const auditorSuccessRows: readonly (Ask & { readonly status: number })[] = [
  { operation: 'issueAuditorLink', parameters: { reportId: 'report' }, body: { recipient: 'Somebody of an audit firm' }, status: 201 },
  { operation: 'listAuditorLinks', parameters: { reportId: 'report' }, query: 'limit=500', status: 200 },
  { operation: 'revokeAuditorLink', parameters: { reportId: 'report', linkId: 'auditorLinkToRevoke' }, status: 204 },
  { operation: 'eraseAuditorLink', parameters: { reportId: 'report', linkId: 'auditorLinkToRevoke' }, status: 200 },
  { operation: 'showAuditorPage', parameters: link, status: 200 },
  { operation: 'showAuditorPage', status: 200 },
  { operation: 'openAuditorLink', parameters: link, form: () => ({ token: LINK_TOKEN }), status: 303 },
  { operation: 'showAuditorPage', ...opened, status: 200 },
  { operation: 'readAuditedFile', ...opened, parameters: { ...link, path: 'reportPage' }, status: 200 },
  { operation: 'readAuditedFile', ...opened, parameters: { ...link, path: 'reportManifest' }, status: 200 },
  { operation: 'downloadAuditedBundle', ...opened, status: 200 },
  { operation: 'downloadAuditedAnchor', ...opened, parameters: { ...link, anchorId: 'anchor' }, status: 200 },
  { operation: 'closeAuditorLink', parameters: link, status: 303 },
];

const pages = [
  'showAuditorPage',
  'openAuditorLink',
  'closeAuditorLink',
  'readAuditedFile',
  'downloadAuditedBundle',
  'downloadAuditedAnchor',
];
const refused = { status: 401, code: 'unauthenticated' } as const;

export const auditorRefusalRows: readonly RefusalRow[] = [
  ...pages.map((operation) => ({
    name: 'a token behind a "?"',
    operation,
    query: 'token=x',
    status: 400,
    code: 'invalid-request' as const,
  })),
  ...pages.map((operation) => ({ name: 'what can be no link', operation, parameters: { linkId: 'noLink' } as const, ...refused })),
  { name: 'a link that never was', operation: 'openAuditorLink', form: () => ({ token: LINK_TOKEN }), ...refused },
  { name: 'a wrong token', operation: 'openAuditorLink', parameters: link, form: () => ({ token: 'x' }), ...refused },
  { name: 'the bundle without a session', operation: 'downloadAuditedBundle', parameters: link, ...refused },
  {
    name: 'a file that the report has not',
    operation: 'readAuditedFile',
    ...opened,
    parameters: { ...link, path: 'noLink' },
    status: 404,
    code: 'not-found',
  },
  { name: 'an anchor that is none', operation: 'downloadAuditedAnchor', ...opened, status: 404, code: 'not-found' },
  ...['openAuditorLink', 'closeAuditorLink'].map((operation) => ({
    name: 'a form of another origin',
    operation,
    parameters: link,
    headers: { origin: 'https://evil.example' },
    status: 403,
    code: 'forbidden' as const,
  })),
  {
    name: 'a form larger than a token',
    operation: 'openAuditorLink',
    form: () => ({ token: 'x'.repeat(2_000) }),
    status: 413,
    code: 'payload-too-large',
  },
  {
    name: 'a form in an unknown encoding',
    operation: 'openAuditorLink',
    form: () => ({ token: 'x' }),
    headers: { 'content-encoding': 'rot13' },
    status: 415,
    code: 'unsupported-media-type',
  },
  {
    name: 'a link that still opens',
    operation: 'eraseAuditorLink',
    parameters: { reportId: 'report', ...link },
    status: 409,
    code: 'conflict',
  },
  {
    name: 'an erasure of another report’s link',
    operation: 'eraseAuditorLink',
    parameters: { reportId: 'reviewed', ...link },
    status: 404,
    code: 'not-found',
  },
  {
    name: 'an erasure with a member',
    operation: 'eraseAuditorLink',
    parameters: { reportId: 'report', ...link },
    body: { all: true },
    status: 400,
    code: 'invalid-request',
  },
  {
    name: 'a link for nobody',
    operation: 'issueAuditorLink',
    parameters: { reportId: 'report' },
    body: { recipient: '' },
    status: 400,
    code: 'invalid-request',
  },
];
