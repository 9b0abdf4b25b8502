/** A worker of one of the queue recipes that acts, says so and never ends: it is there to be killed. */
import { actOn, startWorker, type QueueWorkerSetup } from './queue-workers.js'

const setup = JSON.parse(process.argv[2]!) as QueueWorkerSetup

void startWorker(setup, async ({ id }, tx) => {
  await actOn(setup.schema, tx, id)
  process.send!('acted')
  await new Promise(() => {})
})
