// The house plan: each room of src/, and the rooms it may import. A room may name only rooms listed above it,
// so the graph cannot hold a circle. dependency-cruiser reads this file; so should you.
const pure = ['kernel'];
const ground = ['kernel', 'platform'];
const rooms = {
  kernel: [],
  'scim-protocol': pure,
  tlog: pure,
  verdict: pure,
  platform: pure,
  jobs: ground,
  ledger: [...ground, 'tlog', 'jobs'],
  workspace: [...ground, 'jobs', 'ledger'], // also holds the SCIM switch: others read it here, activation alone writes it
  sso: [...ground, 'jobs', 'ledger', 'workspace'], // asks mayEnter(identity), which app hands in
  scim: [...ground, 'scim-protocol', 'jobs', 'ledger', 'workspace'],
  directory: [...ground, 'jobs', 'ledger', 'workspace'],
  roster: [...ground, 'verdict', 'jobs', 'ledger', 'workspace'], // asks verdict when a day ends
  activation: [...ground, 'jobs', 'ledger', 'workspace', 'sso', 'scim', 'directory', 'roster'],
  reconciliation: [...ground, 'verdict', 'jobs', 'ledger', 'workspace', 'scim', 'directory', 'roster', 'activation'],
  notification: [...ground, 'jobs', 'ledger', 'workspace', 'reconciliation'], // reads findings as they stand, and tells of them
  evidence: [
    ...ground,
    'verdict',
    'tlog',
    'jobs',
    'ledger',
    'workspace',
    'sso',
    'scim',
    'directory',
    'roster',
    'activation',
    'reconciliation',
  ],
  verifier: ['kernel', 'tlog', 'verdict'],
  console: [...ground, 'ledger', 'workspace', 'sso', 'scim', 'directory', 'roster', 'activation', 'reconciliation', 'evidence'],
  simulator: ['kernel'],
};
rooms.app = Object.keys(rooms);
const pureRooms = ['kernel', 'scim-protocol', 'tlog', 'verdict', 'verifier'];
module.exports = { rooms, pureRooms };
