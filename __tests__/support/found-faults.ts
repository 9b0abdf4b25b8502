/**
 * Faults found in bug reports of other projects, in fault runs and on a newcomer's first day, and the tests for the right
 * behaviour. Each fault has the input that showed it, and a related case: another provider, store or door.
 */

/** A test file, and words of the name of a test or a suite in it. */
type Stated = readonly [file: string, name: string]

export interface FoundFault {
  readonly fault: string
  readonly stated: Stated
  readonly relative: Stated
}

const ORDERS = 'orders/findings'

const MONEY: readonly FoundFault[] = [
  {
    fault: 'what was merely seen counts as paid once anything smaller is confirmed',
    stated: [ORDERS, '100 seen, 60 confirmed, whatever comes first'],
    relative: [ORDERS, 'Coins.ph: updated 1500, fully paid 1000'],
  },
  {
    fault: 'one payment that is told as transfers and as a total counts twice',
    stated: [ORDERS, '60 as a transfer and 60 in total, of 100'],
    relative: [ORDERS, 'BTCPay: 60 and 40, then 100 settled'],
  },
  {
    fault: 'a refund or a failure of a payment whose money came as transfers is ignored',
    stated: [ORDERS, 'a transfer of 11, and then the payment is %s'],
    relative: [ORDERS, 'the gateway, whose transfers are all there is'],
  },
  {
    fault: 'any refund is taken for a whole one',
    stated: [ORDERS, '$paid paid, $back sent back: $status'],
    relative: [ORDERS, 'CoinbarPay: %s after a success is for a person'],
  },
  {
    fault: 'a chargeback, and how it ends, changes nothing',
    stated: [ORDERS, 'money that a bank takes back'],
    relative: ['providers/mollie/changes', 'a chargeback takes the money, and gives it back when it is reversed'],
  },
  {
    fault: 'what was reserved is taken for received',
    stated: [ORDERS, '100 authorised and %s: nothing came in'],
    relative: ['providers/adyen/index', 'an authorisation is the whole payment, reserved or received'],
  },
  {
    fault: 'money that comes after the shop has canceled ships the order',
    stated: [ORDERS, 'staff cancel, then a genuine payment: review, and nothing ships by itself'],
    relative: [ORDERS, 'paid by other means, a price that changed'],
  },
  {
    fault: 'one address or hash in two spellings is two',
    stated: [ORDERS, 'an EVM address that was opened with its checksum, and is told in lower case'],
    relative: [ORDERS, 'both spellings of a transfer of half the price, stored as two addresses'],
  },
  {
    fault: 'money that was paid in time is called late by a clock, or by the wrong one of two times',
    stated: [ORDERS, 'money was never seen later than it was told of'],
    relative: [ORDERS, 'created_at is in time, and its confirmed_at is not'],
  },
  {
    fault: 'chains and coins under their other names are strangers',
    stated: [ORDERS, 'opened on %p in %s, told of %p in %s'],
    relative: [ORDERS, 'the shop adds names of its own'],
  },
  {
    fault: 'minor units and long amounts have no helper, and a message that is untrue',
    stated: ['minor-units', 'as many digits as a uint256 has, and not one more'],
    relative: [ORDERS, 'a price that is too long says what is too long'],
  },
  {
    fault: 'an order that was paid before the switch counts its money twice when the event comes again',
    stated: [
      'docs/migrate',
      'what the old handler was told is paid before anything comes, and counts once when it comes again',
    ],
    relative: ['orders/import-payment', "counts once with the provider's own event about it"],
  },
]

const OWN_PROVIDERS: readonly FoundFault[] = [
  {
    fault: 'headers are lists at one door and texts at another',
    stated: ['delivery', 'are texts when they came once and lists when they came several times'],
    relative: ['docs/add-a-provider', 'gets what it takes: bytes, and headers as texts'],
  },
  {
    fault: 'what toEvent answers is believed, whatever it is',
    stated: ['flow/check-draft', 'anything else is refused, naming the field and never its value'],
    relative: ['flow/check-answer', 'an answer that is none of those there are'],
  },
  {
    fault: 'bodies and headers in other containers are not JSON, or not signed',
    stated: ['delivery', 'as %s is verified'],
    relative: ['delivery', 'as %s are read, in any case of their names'],
  },
  {
    fault: 'hosts that build the request themselves have every callback refused',
    stated: ['http/serve.hosts', 'serverless-http with the webhook alone'],
    relative: ['http/serve.hosts', 'HTTP/2'],
  },
  {
    fault: 'a zod 3 schema fails with the first delivery',
    stated: ['lib/zod-versions', 'of both does not start, and says why'],
    relative: ['lib/zod-versions', 'is refused with a field of this package inside %s'],
  },
  {
    fault: 'a host that hands over no next gets an exception',
    stated: ['http/serve.hosts', 'has every request answered, whatever its URL'],
    relative: ['http/serve.hosts', 'has the address at the other end of the connection compared with allowedIps'],
  },
  {
    fault: 'a long secret in angle brackets is called a placeholder',
    stated: ['crypto/secrets', 'what only looks a little like that is one'],
    relative: ['crypto/secrets', 'a secret that is insisted on'],
  },
  {
    fault: 'an empty Content-Encoding is answered 415',
    stated: ['hostile/http', 'is no compression'],
    relative: ['http/serve.hosts', 'with an empty encoding'],
  },
  {
    fault: 'a store that is to remember for ever takes repeats for conflicts',
    stated: ['hostile/configuration', 'a retainMs that ends in a time no store can hold throws'],
    relative: ['../src/testing/store-conformance.ts', 'an event that is to be remembered for a hundred years'],
  },
  {
    fault: 'a provider can be synchronous, in JSON, proven by one header, and answered 401, and nothing else',
    stated: ['testing/provider-conformance', 'a provider that is right passes'],
    relative: ['docs/add-a-provider.kinds', 'every block of the page that exports a provider is tested'],
  },
]

const STORES_AND_HOSTS: readonly FoundFault[] = [
  {
    fault: 'transactions that Postgres cannot put in a row, or that lock each other, are reported as failures',
    stated: ['stores/internal/postgres-repeat', '60 events at once, in two stores: no claim and no completion fails'],
    relative: ['stores/internal/postgres-repeat', 'a statement that failed with %s is sent again'],
  },
  {
    fault: 'every receiver asks its store for itself',
    stated: [
      'flow/lifecycle/watch-store.sharing',
      'that are kept, five thousand of them, ask the store as often as one',
    ],
    relative: ['flow/lifecycle/watch-store.sharing', 'do not stay: of five thousand nothing is left'],
  },
  {
    fault: 'the command says that nothing is kept where it looks behind the wrong prefix',
    stated: ['cli/store/other-redis-places', 'behind a key prefix'],
    relative: ['cli/store/other-redis-places', 'under another prefix'],
  },
  {
    fault: 'the documented pool settings are refused by PgBouncer',
    stated: ['faults/pgbouncer', '40 events at once, each twice, are won once and recorded, by way of the documented'],
    relative: ['faults/pgbouncer', 'statement_timeout among the settings of the pool is refused, as the page says'],
  },
  {
    fault: 'a self-signed certificate has no fix named, and a part of a password is shown',
    stated: ['cli/store/tls', 'is named with the fix, with the client %s'],
    relative: ['cli/redact', 'has no message about any part of it shown'],
  },
]

const UNDER_FAULTS: readonly FoundFault[] = [
  {
    fault: 'that what is acknowledged is on disk is assumed',
    stated: ['faults/durability', 'no acknowledged payment, no record and no kept delivery is lost in four crashes'],
    relative: ['stores/internal/sqlite-file', 'opened as %j is refused, unless allowVolatile accepts it'],
  },
  {
    fault: 'an effect whose record is pending is repeated by whoever comes first after an outage of the store',
    stated: ['faults/lapsed-lease', 'a store that was away for longer than a lease'],
    relative: ['flow/claims/lease', 'a store that is away for longer than the lease loses nothing while'],
  },
  {
    fault: 'a client that never notices that its connection is dead',
    stated: ['faults/redis', 'the same processes recover, and every event has one effect'],
    relative: ['faults/postgres', 'F08 connections end while idle and while handlers run'],
  },
  {
    fault: 'init and health vouch for a path that they do not take',
    stated: ['faults/health', '%s: init fails, and so does a health check'],
    relative: ['stores/internal/redis-safety', 'a user without the right to %s fails init, and a health check'],
  },
  {
    fault: 'one true order id of a buyer occupies all reads',
    stated: ['providers/city-pay/flood', 'strangers repeat %d true order ids, 50 times a second'],
    relative: ['read-back/shared-reads', 'leave eight places to those that were not'],
  },
  {
    fault: 'a statement reads the whole table',
    stated: ['stores/query-plans', 'SQLite'],
    relative: ['stores/query-plans', 'Postgres'],
  },
  {
    fault: 'receivers that are made for each request ask the store for ever',
    stated: ['flow/lifecycle/watch-store.sharing', 'do not stay: of five thousand nothing is left'],
    relative: ['flow/lifecycle/watch-store.sharing', 'that are closed while the store is asked leave nothing behind'],
  },
  {
    fault: 'what a handler does to the session of its transaction keeps its event from being completed',
    stated: [
      'stores/internal/postgres-session',
      'the effect and the record are committed, and the next claim finds its',
    ],
    relative: ['stores/internal/postgres-transactions', 'has one effect when a sibling of the statement failed'],
  },
  {
    fault: 'a header or a body that takes seconds of work before it is authentic',
    stated: ['hostile/before-authentication', 'refuses every header that proves something, with anything in it'],
    relative: ['hostile/json', '%s is answered 400, and onError gets %s and the whole body'],
  },
  {
    fault: 'a clock that is set back silences the log for hours',
    stated: ['lib/rate-limit', 'clock that is set %d ms off changes nothing'],
    relative: ['stores/times', 'a lease that ends later than it can last is contested, and taken over'],
  },
  {
    fault: 'the file of the store is replaced, and what is written is gone',
    stated: ['stores/internal/sqlite-file', 'once %s, nothing is acknowledged, and health says why'],
    relative: ['stores/internal/redis-safety', 'eviction that is switched on later is seen by a health check'],
  },
  {
    fault: 'a cluster is asked at any of its nodes, and at the start alone',
    stated: ['stores/internal/redis-safety', 'the node that has the keys is asked, whichever one evicts'],
    relative: ['stores/redis', 'every key of a store is in one cluster slot'],
  },
  {
    fault: 'handlers that hang hold every connection',
    stated: ['stores/internal/postgres-session', 'a handler that hangs loses its connection after transactionMs'],
    relative: ['flow/replay', 'whose handler hangs goes back to the operator, and others have their turn'],
  },
  {
    fault: 'of processes that start together, all but one end: pg-boss makes their queue in a deadlock',
    stated: ['queues/pg-boss', 'is made by processes that start together, each time'],
    relative: ['faults/queues.outages', 'whose receivers are killed while they store jobs'],
  },
  {
    fault: 'a job whose surroundings hang is active until its worker ends',
    stated: ['workers/index', 'before its handler, which is run once: another time'],
    relative: ['workers/index', 'in the look-up of its receiver'],
  },
  {
    fault: 'the operator page never comes while its store hangs',
    stated: ['operator/operator-page.outages', 'an event that is kept elsewhere'],
    relative: ['operator/operator-page.outages', 'while a replay is waited for'],
  },
  {
    fault: 'a database of an older version is answered 503 for ever',
    stated: ['stores/upgrade', 'an upgraded database'],
    relative: ['stores/upgrade', 'is prepared again without a change, and refused where a newer version has been here'],
  },
  {
    fault: 'of two accounts on one store the second has its payments taken for repeats',
    stated: ['flow/lifecycle/shared-account', 'without account: the second one is told, with the fix'],
    relative: ['flow/lifecycle/shared-account', 'with a token in place of a signature: the same'],
  },
  {
    fault: 'a session that somebody made up is taken, and kept at the login',
    stated: ['../examples/shop/__tests__/shop-sessions.test.ts', 'are those that the shop has made'],
    relative: ['../examples/shop/__tests__/shop-sessions.test.ts', 'are not given out for guessing: ten wrong tokens'],
  },
  {
    fault: 'an event that expired hands its order, its body and its failed runs on to another content',
    stated: [
      '../src/testing/kept-event-conformance.ts',
      'an event that expired is claimed as one that was never known',
    ],
    relative: ['stores/operations.transactional', 'answers a random list of operations as its model does'],
  },
  {
    fault: 'what a lost claim leaves behind is written over others, or hides theirs',
    stated: ['stores/postgres.lost-claims', 'what the next holder of the event then has kept'],
    relative: ['stores/postgres.lost-claims', 'does not end a lapsed lease without its contest'],
  },
]

const FIRST_DAY: readonly FoundFault[] = [
  {
    fault: 'an event whose handler throws is kept by nobody',
    stated: ['flow/release', 'a failed event is kept from its first run on, with its bytes'],
    relative: ['cli/replay', 'an event that failed five times is handled once after the fix, by one of two shops'],
  },
  {
    fault:
      'an event that was kept waits an hour for another process when its runner is killed, and no replay reaches it',
    stated: ['flow/lifecycle/watch-store', 'is left to others after a minute'],
    relative: ['flow/simulation', 'does so in the histories that once found a fault'],
  },
  {
    fault: 'the doctor passes a receiver that marks an event before it has succeeded',
    stated: ['cli/doctor/failed-again', 'an event whose handling failed is lost, and doctor says so'],
    relative: ['cli/doctor/failed-again', 'is taken for in progress by a shop without another fault'],
  },
  {
    fault: 'a store in memory, in two workers of a cluster, has an event handled twice without a word',
    stated: ['stores/memory', 'where another process would handle an event again'],
    relative: ['stores/internal/sqlite-file', 'is refused, unless allowVolatile accepts it'],
  },
  {
    fault: 'looking on parses the body first, so that an old handler that reads the bytes refuses every payment',
    stated: ['docs/migrate.look-on', 'express.raw'],
    relative: ['docs/migrate.look-on', 'a loop over the request'],
  },
  {
    fault: 'a printed query fails in a shop whose orders have a column with the same name',
    stated: ['docs/migrate.postgres', 'forgets an order in none of the twelve statuses'],
    relative: ['docs/migrate.postgres', 'takes paid orders that are not shipped as such'],
  },
  {
    fault: 'an order that the old handler marks as paid before it knows the guard is never shipped',
    stated: ['docs/migrate.postgres', 'adds what the old handler has marked as paid since'],
    relative: ['docs/migrate', 'what the old handler took between the preparation and'],
  },
  {
    fault: 'an order that the rest of the shop has given a word of its own after paying ships again, or loses the word',
    stated: ['docs/migrate.postgres', 'has an order with a later word as shipped, and keeps the word'],
    relative: ['docs/migrate', 'an order with a later word counts as shipped, and keeps the word'],
  },
  {
    fault: 'an order that only a button marks as paid is never packed',
    stated: ['docs/migrate.postgres', 'ships what a button marks as paid'],
    relative: ['docs/migrate', 'an import leaves out what was recorded already'],
  },
  {
    fault: 'a table of many orders cannot be prepared within the limits of a delivery',
    stated: ['docs/migrate.postgres', 'prepares many orders, on a connection without the limits of the pool'],
    relative: ['docs/migrate.postgres', 'does not keep the checkout waiting'],
  },
  {
    fault: 'an import skips, without a word, payments whose order only the checkout session names',
    stated: ['docs/migrate.postgres', 'finds orders by their checkout sessions in the real list'],
    relative: ['docs/migrate.postgres', 'finds orders that the list did not have'],
  },
  {
    fault: 'whoever hands bodies to a receiver has no limit of their size, whatever the options say',
    stated: ['receive.doors', 'a body over the limit is refused at every door, signed or not'],
    relative: ['hostile/http', 'H11 the limit holds for bytes that an earlier parser kept'],
  },
  {
    fault: 'reconciling from a time within the grace asks nobody, and says that nothing was missed',
    stated: ['reconcile/reconcile', 'refuses a since that is younger than that, because nothing would be asked about'],
    relative: ['reconcile/reconcile', 'refuses a since from before the first run, unless it only makes known'],
  },
  {
    fault: 'the suite passes a provider of which two events that say different things are one',
    stated: ['testing/provider-conformance', 'its identity does not tell what its payloads say apart'],
    relative: ['testing/provider-conformance', 'its identity is another each time'],
  },
  {
    fault: 'an id that the events of two accounts share replays one of them without saying whose',
    stated: ['cli/events.accounts', 'of one account is shown and replayed alone, and the replay says whose it is'],
    relative: [
      'cli/replay/deliveries',
      'of an id that two accounts have means neither, and their keys tell them apart',
    ],
  },
  {
    fault: 'an unreadable payment of an order stays hidden where another event of the order is found',
    stated: [
      'operator/search',
      'is found by the order, although another event of it is done, and says why it is there',
    ],
    relative: [
      'cli/replay/ids',
      'an unreadable delivery of an order is replayed by it, although another event of it is done',
    ],
  },
  {
    fault: 'the numbers above a search are those of the whole store, and lead to nothing',
    stated: ['operator/search', 'counts nothing of the whole store above %s, where states lead to what is found'],
    relative: ['operator/search', 'says where a state has nothing of what is looked for, and leads to all states'],
  },
  {
    fault: 'a replay of all runs a refund before its payment, so that it fails once more',
    stated: ['cli/replay.dependent', 'a payment, its refund and its dispute are all handled by one replay --all'],
    relative: ['workers/index.kept', 'what is due is run oldest first'],
  },
  {
    fault: 'of two commands that reconcile at once one waits in vain, because its request was replaced',
    stated: [
      'cli/reconcile.at-once',
      'two that ask for the same at once both get a result of the runs that there were',
    ],
    relative: ['cli/reconcile.at-once', 'of two running shops, one answers each of four that ask for something else'],
  },
  {
    fault:
      'an option whose environment variable is not set does not compile with the settings that `tsc --init` writes',
    stated: ['options.undefined', 'every optional property that a user passes accepts undefined'],
    relative: ['options.undefined', 'a policy of an order'],
  },
  {
    fault: 'a failed event that nobody can handle stays on the list for ever',
    stated: ['cli/dismiss', '--yes marks a failed event as done, and a later delivery of it is acknowledged'],
    relative: [
      'operator/operator-page',
      'is dismissed after a second question, which says what follows, and is then listed as dismissed',
    ],
  },
  {
    fault:
      'a handler that outlasts its transaction is reported as a store that is down, and nothing of its event is kept',
    stated: ['stores/internal/postgres-transactions', 'its event is kept with the reason, and handled again'],
    relative: ['stores/internal/postgres-transactions', 'changes nothing of what another delivery did meanwhile'],
  },
  {
    fault: 'a worker that is stopped has the event of a slow handler recorded as failed, although its effect stands',
    stated: ['workers/index', 'wait for a handler of minutes if no time is given, so that its event is done'],
    relative: [
      'workers/index',
      'leave a handler its claim that outlasts all closes: it is not recorded as failed, and done when it ends',
    ],
  },
  {
    fault: 'the only example of a signed time refuses every late retry of a sender whose retries repeat the time',
    stated: ['docs/add-a-provider.kinds', 'with null, as the page says for such a sender, it handles it once'],
    relative: ['crypto/timestamp', '%i s away from the clock: %s'],
  },
  {
    fault: 'the tests of a shop with a Postgres pool pass, but the run never ends',
    stated: ['docs/testing.pool', 'ends by itself under Jest'],
    relative: ['docs/testing.pool', 'ends by itself under node:test, in the %s run'],
  },
  {
    fault: 'samples cannot be about two payments of one order',
    stated: ['testing/fresh', 'payments of one order are as many as there are names for them'],
    relative: ['testing/fresh', 'makes the refund of one of several payments'],
  },
  {
    fault: 'a repeated send with --payment is another event, so nobody can deliver an event again later',
    stated: ['cli/send', 'sends the same event again, if the command repeats what it printed'],
    relative: ['cli/accounts', 'send with the same --payment sends the same event'],
  },
]

export const FOUND_FAULTS = [...MONEY, ...OWN_PROVIDERS, ...STORES_AND_HOSTS, ...UNDER_FAULTS, ...FIRST_DAY]
