/** Opens the store at a URL. It creates nothing, so a wrong database stays unchanged. */
import { CommandError, EXIT, type Values } from '../command.js'
import type { Io } from '../io.js'
import { note } from '../output.js'
import { CALL_LIMIT_MS } from './limits.js'
import { openStore, type OpenStore } from './open-store.js'
import type { Connection, OperatorStore } from './operator-store.js'
import { isMissingTable, storeError } from './store-error.js'
import { storeUrl } from './store-url.js'

/** @throws CommandError when the URL has no store of this package, or an empty one next to stores that contain events */
export async function connect(
  url: string,
  values: Values,
  io: Io,
  isRight: (store: OperatorStore) => Promise<boolean> = () => Promise.resolve(false),
): Promise<Connection> {
  const opened = await openStore(storeUrl(url), values, io).catch((error: unknown) => {
    throw storeError(error, 'reached', url)
  })
  const { store, place, close } = opened
  const answered: Answered = async (call) => {
    try {
      return await io.clock.within(CALL_LIMIT_MS, (signal) => Promise.race([call(), expired(signal)]))
    } catch (error) {
      throw storeError(error, 'read', url, place)
    }
  }
  const bounded: OperatorStore = {
    listEvents: (query) => answered(() => store.listEvents(query)),
    getEvent: (id) => answered(() => store.getEvent(id)),
    replay: (key) => answered(() => store.replay(key)),
    dismiss: (key) => answered(() => store.dismiss(key)),
    removeQuarantined: (key) => answered(() => store.removeQuarantined(key)),
    readNote: (name) => answered(() => store.readNote(name)),
    writeNote: (name, value) => answered(() => store.writeNote(name, value)),
    lock: (...lock) => answered(() => store.lock(...lock)),
    unlock: (...lock) => answered(() => store.unlock(...lock)),
  }
  try {
    await refuseWrongPlace(opened, answered, io, () => isRight(bounded))
  } catch (error) {
    await close()
    throw error
  }
  return { store: bounded, close }
}

/** Limits the time of a store call, and puts its errors into words. */
type Answered = <T>(call: () => Promise<T>) => Promise<T>

/** An empty store next to one with events is most likely the wrong one. */
async function refuseWrongPlace(
  { store, place, elsewhere }: OpenStore,
  answered: Answered,
  io: Io,
  isRight: () => Promise<boolean>,
): Promise<void> {
  let missing: CommandError | undefined
  const newest = await answered(() => store.listEvents({ limit: 1 })).catch((error: unknown) => {
    if (!(error instanceof CommandError) || !isMissingTable(error.cause)) throw error
    missing = error
    return []
  })
  if (newest.length > 0 || (missing === undefined && (await isRight()))) return
  const problem = missing === undefined ? `nothing is stored in ${place}` : `${place} does not exist in this database`
  const { found, doubt } = await answered(elsewhere)
  if (found !== undefined) throw new CommandError(EXIT.unreachable, `${problem}. ${found}`)
  if (missing !== undefined) throw missing
  if (doubt !== undefined) note(io, `${problem}. ${doubt}`)
}

function expired(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`no answer within ${CALL_LIMIT_MS / 1000} s`)))
  })
}
