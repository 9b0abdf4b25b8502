/** Loaded for stores that outlive the process: keeps failed events and unusable deliveries. */
export { keptOf } from '../keep.js'
export { quarantine } from '../quarantine.js'
