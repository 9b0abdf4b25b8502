/** A process that works for a shop of the pages about queues, until it is killed. */
import { openQueueShop, type QueueShopSetup } from './queue-shop.js'

void openQueueShop(JSON.parse(process.argv[2]!) as QueueShopSetup).then(async ({ work }) => {
  await work()
  process.send!('working')
})
