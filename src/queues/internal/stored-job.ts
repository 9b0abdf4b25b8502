/** A job as engines keep it: JSON, with its bytes as text. */
import type { QueueJob } from '../../queue.js'

export interface StoredJob extends Omit<QueueJob, 'body'> {
  /** In base64. */
  readonly body: string
}

export function storedJob(job: QueueJob): StoredJob {
  return { ...job, body: job.body.toString('base64') }
}

export function jobOf(stored: StoredJob): QueueJob {
  return { ...stored, body: Buffer.from(stored.body, 'base64') }
}
