import type { Ask } from './ask.ts';
import { TILE_TOKEN } from './place.ts';

/** Calls about the ledger that succeed. */
export const ledgerSuccessRows: readonly (Ask & { readonly status: number })[] = [
  { operation: 'listCheckpoints', query: 'limit=1000', status: 200 },
  { operation: 'getLatestCheckpoint', status: 200 },
  { operation: 'proveConsistency', query: 'from=1', status: 200 },
  { operation: 'proveConsistency', query: 'from=2&to=2', status: 200 },
  { operation: 'readTiledCheckpoint', headers: { authorization: `Bearer ${TILE_TOKEN}` }, status: 200 },
  { operation: 'readTile', parameters: { tilePath: 'tile' }, headers: { authorization: `Bearer ${TILE_TOKEN}` }, status: 200 },
  { operation: 'issueTileToken', at: 'quiet', status: 201 },
  { operation: 'revokeTileToken', at: 'quiet', status: 204 },
  { operation: 'getRetention', status: 200 },
  { operation: 'setRetention', body: { months: 18 }, status: 200 },
  { operation: 'erasePerson', parameters: { personId: 'person' }, status: 200 },
  { operation: 'eraseRosterImport', parameters: { importId: 'rosterImport' }, status: 200 },
  { operation: 'listLedgerKeys', status: 200 },
  { operation: 'setLedgerWebhook', body: { url: 'https://127.0.0.1:1/rollcall?key=x', secret: `whsec_${'A'.repeat(43)}=` }, status: 200 },
  { operation: 'getLedger', status: 200 },
  { operation: 'getLedger', at: 'quiet', status: 200 },
  { operation: 'removeLedgerWebhook', status: 204 },
  { operation: 'requestAnchors', status: 202 },
  { operation: 'listAnchors', status: 200 },
  { operation: 'getAnchor', parameters: { anchorId: 'anchor' }, status: 200 },
  { operation: 'proveInclusion', query: 'recordId={record}', status: 200 },
  { operation: 'listLedgerRecords', query: 'limit=1000', status: 200 },
  { operation: 'listLedgerRecords', query: 'subjectId={connection}', status: 200 },
];
