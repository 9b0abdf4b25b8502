/** Who may import whom. docs/concepts.md says what each folder is for. */

/** Contracts and the entry: what every other folder may know. */
const CONTRACTS = '^src/(errors|event|money|options|outcome|payload|provider|store)\\.ts$'

const folder = (name) => `^src/${name}/`

/** A rule that everything below `from` may import `to` alone, beside itself. */
function only(name, from, to, comment) {
  return { name, comment, severity: 'error', from: { path: from }, to: { pathNot: [from, ...to] } }
}

export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
  ],
  options: {
    tsPreCompilationDeps: true,
    parser: 'swc',
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
}
