/**
 * Who may import whom; `npm run lint` holds it. docs/concepts.md says what each folder is for. Lowest first:
 *
 *     contracts, lib < crypto < keys < providers
 *     contracts, lib < formats, read-back, listing < providers
 *     contracts, lib < stores
 *     contracts, lib < queues
 *     contracts, lib < flow < receive < receiver < http, reconcile, workers
 *     contracts, lib < orders
 *     contracts, lib < operator
 *     http < tenants
 *     all of these < testing < cli
 */

const CONTRACTS = [
  'authentication',
  'delivery',
  'durable-store',
  'errors',
  'event',
  'format',
  'lister',
  'minor-units',
  'money',
  'options',
  'outcome',
  'payload',
  'provider',
  'provider-answers',
  'queue',
  'store',
]

/** Files right below src. */
const file = (...names) => `^src/(${names.join('|')})\\.ts$`
/** Everything in folders below src. */
const folder = (...names) => `^src/(${names.join('|')})/`
/** Modules of Node, by the name behind `node:`. */
const node = (...names) => `^(node:)?(${names.join('|')})$`
const npm = (...names) => `(^|/)node_modules/(@types/)?(${names.join('|')})/`

const contracts = file(...CONTRACTS)
const lib = folder('lib')

/** Whatever `from` imports is in `to`. Every folder has one such rule; a file without one is a violation itself. */
const only = (name, comment, from, to) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: to },
})

const LAYERS = [
  only('errors-import-nothing', 'Whatever fails can raise them.', file('errors'), []),
  only(
    'contracts-import-contracts',
    'They say what the parts agree on, and know none of the parts. The files right below src that are no contracts have rules of their own.',
    contracts,
    [contracts, lib, npm('zod', 'big\\.js'), node('util/types')],
  ),
  only('lib-imports-contracts', 'Helpers that know nothing of payments.', lib, [lib, contracts, node('buffer', 'net')]),
  only('crypto-imports-contracts', 'Schemes that any provider may use.', folder('crypto'), [
    folder('crypto'),
    lib,
    contracts,
    node('crypto', 'zlib'),
  ]),
  only('keys-are-handed-out', 'The schemes of crypto whose keys are fetched.', folder('keys'), [
    folder('keys', 'crypto'),
    lib,
    contracts,
  ]),
  only('formats-import-contracts', 'Bodies that are no plain JSON.', folder('formats'), [
    folder('formats'),
    lib,
    contracts,
    node('buffer'),
  ]),
  only('read-back-imports-contracts', 'Questions to the API of a provider.', folder('read-back'), [
    folder('read-back'),
    lib,
    contracts,
  ]),
  only('listing-imports-contracts', 'Lists of the API of a provider.', folder('listing'), [
    folder('listing', 'crypto'),
    lib,
    contracts,
  ]),
  only(
    'providers-import-themselves',
    'A provider sees its own folder, and what any provider is made of: never a store, the flow, a door or another provider.',
    '^src/providers/([^/]+)/',
    [
      '^src/providers/$1/',
      folder('crypto', 'formats', 'keys', 'listing', 'read-back'),
      lib,
      contracts,
      npm('zod'),
      node('buffer', 'crypto'),
    ],
  ),
  only('stores-import-internal', 'A store sees what stores share, and no other store.', '^src/stores/[^/]+\\.ts$', [
    folder('stores/internal'),
    lib,
    file('errors', 'store'),
    node('crypto'),
  ]),
  only('stores-internal-imports-itself', 'What stores share knows none of them.', folder('stores/internal'), [
    folder('stores/internal'),
    lib,
    file('errors', 'store'),
    node('crypto', 'fs', 'timers/promises'),
  ]),
  only(
    'queues-import-internal',
    'A queue sees what queues share, and no other queue; its Redis has to be as safe as that of a store.',
    '^src/queues/[^/]+\\.ts$',
    [
      folder('queues/internal'),
      '^src/stores/internal/redis-safety\\.ts$',
      lib,
      file('errors', 'queue'),
      node('crypto'),
    ],
  ),
  only('queues-internal-imports-itself', 'What queues share knows none of them.', folder('queues/internal'), [
    folder('queues/internal'),
    lib,
    file('errors', 'queue'),
  ]),
  only(
    'flow-imports-itself',
    'The flow knows no door, no provider and no store, only their contracts.',
    folder('flow'),
    [folder('flow'), lib, contracts, node('crypto', 'diagnostics_channel', 'util')],
  ),
  only('options-are-resolved-below', 'Applies the defaults for a receiver.', file('resolve-options'), [lib, contracts]),
  only('receive-imports-the-flow', 'The steps in order, without HTTP.', file('receive', 'replay'), [
    folder('flow'),
    file('receive', 'resolve-options'),
    lib,
    contracts,
  ]),
  only(
    'the-receiver-imports-the-flow',
    'The receiver and its lifecycle: what every door, and whoever needs no door, asks.',
    file('receiver'),
    [folder('flow'), file('receive', 'replay', 'resolve-options'), lib, contracts],
  ),
  only('workers-import-the-receiver', 'The rest of the flow, for the jobs of a queue.', folder('workers'), [
    folder('workers', 'flow'),
    file('replay', 'receiver'),
    lib,
    contracts,
  ]),
  only(
    'reconcile-imports-the-flow',
    'What was missed goes through the flow as if it had come. A shop that does not reconcile loads none of it.',
    folder('reconcile'),
    [folder('reconcile', 'flow'), file('receive', 'receiver'), lib, contracts, node('crypto')],
  ),
  only(
    'http-imports-the-receiver',
    'Requests in, answers out. Of the flow a door needs its context, refusals and the reports.',
    folder('http'),
    [
      folder('http', 'flow/state'),
      '^src/flow/(refuse|reject-request|reporting/report)\\.ts$',
      file('receive', 'receiver'),
      lib,
      contracts,
      npm('express', 'raw-body'),
      node('http'),
    ],
  ),
  only(
    'tenants-import-receivers',
    'A door that opens a receiver for each tenant: of the flow it needs what a receiver is made of, and how one ends.',
    folder('tenants'),
    [
      folder('tenants', 'flow/state', 'flow/lifecycle'),
      '^src/flow/reporting/report\\.ts$',
      '^src/http/(own-route|sender-address|serve)\\.ts$',
      file('receiver', 'resolve-options'),
      lib,
      contracts,
      npm('express'),
    ],
  ),
  only('orders-import-contracts', 'Orders are of use to a shop without the rest.', folder('orders'), [
    folder('orders'),
    lib,
    contracts,
    npm('big\\.js'),
    node('util'),
  ]),
  only('testing-imports-doors', 'The testing kit drives the package as a shop would.', folder('testing'), [
    folder('testing', 'http'),
    // The samples of a provider load it when the command signs in its place.
    '^src/providers/[^/]+/index\\.ts$',
    '^src/stores/memory\\.ts$',
    file('receive', 'receiver'),
    lib,
    contracts,
    npm('supertest', 'express'),
    node('assert/strict', 'crypto', 'events', 'http', 'net'),
  ]),
  only('the-operator-page-knows-stores', 'By their contract alone; requests come by node:http.', folder('operator'), [
    folder('operator'),
    '^src/crypto/constant-time\\.ts$',
    lib,
    contracts,
    node('crypto', 'http'),
  ]),
  only(
    'what-operators-choose-knows-no-page',
    'The command and the page choose and wait alike.',
    folder('operator/kept'),
    [folder('operator/kept'), lib, contracts],
  ),
  only(
    'cli-imports-samples',
    'The command knows stores, providers that it plays, and of the testing kit what makes a signed sample.',
    folder('cli'),
    [
      folder('cli', 'stores', 'operator/kept'),
      '^src/testing/(sample|samples/account|signed-request|body-forms|forge|test-keys)\\.ts$',
      '^src/providers/[^/]+/index\\.ts$',
      '^src/reconcile/requests\\.ts$',
      lib,
      contracts,
      node('[a-z/]+'),
    ],
  ),
]

/** Nobody outside of `except` imports `to`. */
const closed = (name, comment, to, except) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^src/', pathNot: except },
  to: { path: to },
})

const CLOSED = [
  closed('nothing-imports-index', 'It hands out what the package exports.', file('index'), []),
  closed('nothing-imports-orders', 'A shop without orders does not load them.', folder('orders'), [folder('orders')]),
  closed('nothing-imports-reconcile', 'It is no part of the core; the command shares its notes.', folder('reconcile'), [
    folder('reconcile', 'cli'),
  ]),
  closed('nothing-imports-tenants', 'Only a platform loads them.', folder('tenants'), [folder('tenants')]),
  closed('nothing-imports-cli', 'It is a program, and ends the process.', folder('cli'), [folder('cli')]),
  closed('nothing-imports-the-operator-page', 'A shop without it does not load it.', folder('operator'), [
    folder('operator', 'cli'),
  ]),
  closed('only-the-command-imports-testing', 'No shop loads the testing kit.', folder('testing'), [
    folder('testing', 'cli'),
  ]),
  closed('only-one-file-reads-with-raw-body', 'One place decides how a body is read.', npm('raw-body'), [
    '^src/http/read-body\\.ts$',
  ]),
  closed('only-money-calculates', 'Amounts are added and compared in one place, and by the orders.', npm('big\\.js'), [
    file('money'),
    folder('orders'),
  ]),
  closed('only-payloads-have-schemas', 'The flow knows a schema by its safeParse.', npm('zod'), [
    file('payload'),
    folder('providers'),
  ]),
  closed(
    'only-doors-know-express',
    'Its types say who sent a request and by which route; __tests__/architecture.test.ts sees to it that they are no more.',
    npm('express'),
    [
      '^src/http/(express|own-route|sender-address)\\.ts$',
      '^src/tenants/(options|tenant-webhook)\\.ts$',
      '^src/testing/conformance/express-door\\.ts$',
    ],
  ),
]

const WITHIN = [
  {
    name: 'doors-do-not-know-one-another',
    comment: 'Each leads to the one flow by itself.',
    severity: 'error',
    from: { path: '^src/http/' },
    to: { path: '^src/http/(express|node-listener|fetch-handler)\\.ts$' },
  },
  only('state-is-below-the-steps', 'It holds what they make, and calls none of them.', folder('flow/state'), [
    folder('flow/state'),
    '^src/flow/(authenticate|to-event|claims/lease)\\.ts$',
    lib,
    contracts,
    node('crypto'),
  ]),
  only('reporting-is-below-the-steps', 'Every step may report.', folder('flow/reporting'), [
    folder('flow/reporting', 'flow/state'),
    lib,
    contracts,
    node('diagnostics_channel'),
  ]),
  only(
    'claims-are-below-the-steps',
    'Calls of the store, and what becomes of those that fail.',
    folder('flow/claims'),
    [folder('flow/claims', 'flow/state'), '^src/flow/to-event\\.ts$', lib, contracts, node('crypto')],
  ),
  {
    name: 'supertest-is-loaded-when-it-is-needed',
    comment: 'A shop that does not test with it need not install it.',
    severity: 'error',
    from: { path: '^src/' },
    to: { path: npm('supertest'), dependencyTypesNot: ['dynamic-import'] },
  },
  {
    name: 'only-one-file-loads-supertest',
    severity: 'error',
    from: { path: '^src/', pathNot: '^src/testing/post\\.ts$' },
    to: { path: npm('supertest') },
  },
  {
    name: 'the-command-loads-nothing-for-tests',
    comment: 'What it takes of the testing kit brings along only what makes a signed sample.',
    severity: 'error',
    from: { path: '^src/cli/main\\.ts$' },
    to: {
      path: folder('testing'),
      pathNot: '^src/testing/(sample|signed-request|body-forms|forge|overlay|fresh|test-keys|samples/[^/]+)\\.ts$',
      reachable: true,
    },
  },
]

export default {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Also of types: two files that need one another are one, or lack a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'nothing-that-is-not-there',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'every-file-has-its-layer',
      comment: 'A new folder or file of src needs a rule above that says whom it may import.',
      severity: 'error',
      from: { path: '^src/', pathNot: [file('index'), ...LAYERS.map(({ from }) => from.path)] },
      to: {},
    },
    ...LAYERS,
    ...CLOSED,
    ...WITHIN,
  ],
  options: {
    // Imports of types count as well.
    tsPreCompilationDeps: true,
    // The compiler's own API has changed with TypeScript 6.
    parser: 'swc',
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
}
