// A draft of .dependency-cruiser.cjs, tried with dependency-cruiser 17.4 and the swc parser. Adapt it, and have the check
// fail when "modules" is 0 (it passes silently when it finds no parser).
const { rooms, pureRooms } = require('./architecture.cjs');
const rule = (name, from, to) => ({ name, severity: 'error', from, to });
const forbidden = [
  rule('no-circles', {}, { circular: true }),
  rule('no-unresolvable', {}, { couldNotResolve: true }),
  rule('only-listed-packages', { path: '^src' }, { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] }),
  rule(
    'express-and-passport-only-at-the-edge',
    { path: '^src', pathNot: ['-routes\\.ts$', '^src/app/', '^src/platform/'] },
    { path: 'node_modules/(express|passport[^/]*)/' },
  ),
  rule(
    'sql-only-in-stores',
    { path: '^src', pathNot: ['-(store|read-model)\\.ts$', '^src/platform/', '^src/app/'] },
    { path: 'node_modules/(knex|pg|pg-copy-streams)/' },
  ),
  rule('scimmy-only-in-scim-protocol', { path: '^src', pathNot: '^src/scim-protocol/' }, { path: 'node_modules/scimmy/' }),
  rule(
    'pure-rooms-do-no-io',
    { path: `^src/(${pureRooms.join('|')})/`, pathNot: '^src/verifier/main\\.ts$' },
    { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
  ),
];
for (const [room, may] of Object.entries(rooms)) {
  forbidden.push(
    rule(`${room}-imports-only-its-list`, { path: `^src/${room}/` }, { path: '^src/', pathNot: [room, ...may].map((r) => `^src/${r}/`) }),
  );
  if (room !== 'app')
    forbidden.push(
      rule(`${room}-is-entered-by-its-door`, { path: '^src/', pathNot: [`^src/${room}/`] }, { path: `^src/${room}/(?!index\\.ts$)` }),
    );
}
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
