/** `npm run load`: a busy minute for the shop, on SQLite or on the Postgres of DATABASE_URL. An argument sets the seconds. */
import { runLoad } from './load/run-load.js'
import { startShop } from './load/start-shop.js'

const seconds = Number(process.argv[2] ?? 60)
if (!Number.isInteger(seconds) || seconds < 1) throw new Error('usage: npm run load -- <whole seconds>')

const shop = await startShop(process.env['DATABASE_URL'])
try {
  console.log(`Placing ${seconds * 10} orders, then ${seconds} s of 20 events and 20 page views a second.`)
  const { orders, events, duplicates, retries, deliveries, pages, problems } = await runLoad(shop, {
    ...{ seconds, eventsPerSecond: 20, pagesPerSecond: 20 },
  })
  console.log(`orders       ${orders}, lost or doubled ${problems.length}`)
  console.log(
    `events       ${events}, delivered ${deliveries.count} times: ${duplicates} duplicates, ${retries} retries`,
  )
  console.log(`deliveries   ${deliveries.summary()}`)
  console.log(`page views   ${pages.count}: ${pages.summary()}`)
  for (const problem of problems) console.log(`PROBLEM ${problem}`)
  if (problems.length > 0) process.exitCode = 1
} finally {
  await shop.stop()
}
