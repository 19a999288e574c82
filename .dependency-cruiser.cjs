// The house rules as dependency-cruiser reads them, made from the plan in architecture.cjs.
const { rooms, pureRooms } = require('./architecture.cjs');

/** What stands in the verifier page for a file of the same name, or belongs to the page alone. */
const browserFiles = '\\.browser(\\.d)?\\.ts$';

const rule = (name, from, to) => ({ name, severity: 'error', from, to });

const forbidden = [
  rule('no-circles', {}, { circular: true }),
  rule('no-unresolvable', {}, { couldNotResolve: true }),
  rule(
    'only-listed-packages',
    { path: '^src', pathNot: browserFiles },
    { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'], dependencyTypesNot: ['type-only'] },
  ),
  rule(
    'express-only-at-the-edge',
    { path: '^src', pathNot: ['-routes\\.ts$', '^src/app/', '^src/platform/'] },
    { path: 'node_modules/(@types/)?(express|passport)/' },
  ),
  rule(
    'passport-azure-ad-only-in-its-adapter',
    { path: '^src', pathNot: '^src/sso/azure-ad-adapter\\.ts$' },
    { path: 'node_modules/passport-azure-ad/' },
  ),
  rule(
    'pg-only-in-stores',
    { path: '^src', pathNot: ['-(store|read-model)\\.ts$', '^src/platform/'] },
    { path: 'node_modules/(@types/)?(pg|pg-copy-streams)/' },
  ),
  rule('scimmy-only-in-scim-protocol', { path: '^src', pathNot: '^src/scim-protocol/' }, { path: 'node_modules/scimmy/' }),
  rule(
    'pure-rooms-do-no-io',
    { path: `^src/(${pureRooms.join('|')})/`, pathNot: '^src/verifier/(main|node-unpacking)\\.ts$' },
    { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
  ),
  rule('verifier-asks-node-alone', { path: '^src/verifier/', pathNot: browserFiles }, { dependencyTypes: ['npm'] }),
  rule('browser-files-ask-no-node', { path: browserFiles }, { dependencyTypes: ['core'] }),
  rule('browser-files-are-bundled-with-these-alone', { path: browserFiles }, { path: 'node_modules/(?!@noble/|pako/)' }),
  rule('only-browser-files-import-browser-files', { path: '^src/', pathNot: browserFiles }, { path: browserFiles }),
  ...Object.entries(rooms).flatMap(([room, may]) => [
    rule(
      `${room}-imports-only-its-list`,
      { path: `^src/${room}/` },
      { path: '^src/', pathNot: [room, ...may].map((other) => `^src/${other}/`) },
    ),
    ...(room === 'app'
      ? []
      : [rule(`${room}-is-entered-by-its-door`, { path: '^src/', pathNot: [`^src/${room}/`] }, { path: `^src/${room}/(?!index\\.ts$)` })]),
  ]),
];

module.exports = {
  forbidden,
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
