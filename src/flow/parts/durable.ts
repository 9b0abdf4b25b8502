/** Loaded for stores that outlive the process: what they keep. */
export { keptOf } from '../keep.js'
export { quarantine } from '../quarantine.js'
