/** Every block of README and docs runs as the page describes, or is listed with the reason why it cannot run. */
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { describeWith, POSTGRES, REDIS_SERVER } from '../support/needs.js'
import { POSTGRES_SERVER } from '../support/postgres-server.js'
import { allBlocks } from './blocks.js'
import { DOOR_RUNS } from './runs/doors.js'
import { GUIDE_RUNS } from './runs/guides.js'
import { MOLLIE_RUNS } from './runs/mollie.js'
import { OPERATIONS_RUNS } from './runs/operations.js'
import { providerPageRuns } from './runs/provider-pages.js'
import { PROVIDER_RUNS } from './runs/providers.js'
import { QUEUE_RUNS } from './runs/queues.js'
import { README_RUNS } from './runs/readme.js'
import { RECONCILE_RUNS } from './runs/reconcile.js'
import { RECIPE_RUNS } from './runs/recipes.js'
import type { Runs } from './runs/run.js'
import { SHIPMENT_RUNS } from './runs/shipments.js'
import { TENANT_RUNS } from './runs/tenants.js'
import { POSTGRES_RUNS, REDIS_RUNS } from './runs/servers.js'

jest.setTimeout(60_000)
// Few blocks set `onError`, and some of them are about refusals.
beforeAll(() => {
  jest.spyOn(console, 'error').mockImplementation(() => {})
  // The Redis of a developer or of CI has no persistence, and pages rightly do not allow that.
  jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
})

const blocks = allBlocks()
const here = {
  ...README_RUNS,
  ...PROVIDER_RUNS,
  ...RECONCILE_RUNS,
  ...MOLLIE_RUNS,
  ...providerPageRuns({ ...PROVIDER_RUNS, ...RECONCILE_RUNS, ...MOLLIE_RUNS }),
  ...DOOR_RUNS,
  ...GUIDE_RUNS,
  ...OPERATIONS_RUNS,
  ...RECIPE_RUNS,
  ...SHIPMENT_RUNS,
  ...TENANT_RUNS,
  ...QUEUE_RUNS,
}

test('every block has an entry that says how it is run, and every entry its block', () => {
  const entries = Object.keys({ ...here, ...REDIS_RUNS, ...POSTGRES_RUNS })
  expect(entries.sort()).toEqual(blocks.map(({ name }) => name).sort())
})

const runs = (table: Runs) => () => {
  test.each(blocks.filter(({ name }) => name in table))(
    '$name',
    async (block) => void (await table[block.name]!(block)),
  )
}

describe('a block runs as its page says', runs(here))
describeWith(REDIS_SERVER, 'a block runs with Redis', runs(REDIS_RUNS))
describeWith([POSTGRES, POSTGRES_SERVER], 'a block runs with Postgres', runs(POSTGRES_RUNS))
