/** Loaded if deliveries run no handler here: they are observed, or their jobs wait in a queue. */
import { enqueue } from '../enqueue.js'
import { observe } from '../observe.js'

export { observedFault } from '../observe.js'

export function instead(...of: Parameters<typeof observe>): ReturnType<typeof observe> {
  const [{ options }] = of
  return options.mode === 'observe' ? observe(...of) : enqueue(...of)
}
