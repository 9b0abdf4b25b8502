/** Loaded for stores that outlive the process: what they keep, and what is run again from them. */
export { keptEvent, keptOf } from '../keep.js'
export { watchStore } from '../lifecycle/watch-store.js'
export { quarantine } from '../quarantine.js'
export { replayDeadline } from '../replay.js'
