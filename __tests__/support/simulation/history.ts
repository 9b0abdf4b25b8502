/** One history: a shop in several processes, senders that redeliver until an event is acknowledged, and faults. */
import { z } from 'zod'
import {
  createReceiver,
  defineProvider,
  identifier,
  RetryLater,
  tokenHeader,
  type Receiver,
  type WebhookEvent,
} from '../../../src/index.js'
import { durablePart } from '../../../src/flow/parts/load.js'
import { replayPart } from '../../../src/receiver.js'
import { setClock } from '../../../src/lib/clock.js'
import type { Outcome } from '../../../src/outcome.js'
import { UNREADABLE, type Kind, type Sent } from './ledger.js'
import { Scene } from './scene.js'
import { storeClient } from './store-client.js'
import { SimulatedProcess } from './world.js'

const TOKEN = 'Zc7tVb2NqX9-Lw4KdRmY8-Hs3GpF6'

const providerThat = (blocksQueue: boolean) =>
  defineProvider({
    name: 'simulated',
    blocksQueue,
    types: ['payment.confirmed'],
    authentication: tokenHeader({ header: 'authorization', scheme: 'Token', token: TOKEN }),
    schema: z.object({ id: identifier, order: identifier, amount: z.string() }),
    toEvent: ({ id, order, amount }) => ({
      type: 'payment.confirmed' as const,
      identity: [id],
      orderId: order,
      received: { amount, currency: 'EUR', basis: 'total' as const },
      native: { id },
    }),
  })

const patient = providerThat(false)
/** Its sender is told at once that a failed event is kept. */
const impatient = providerThat(true)

const ACCEPTED: readonly Outcome['kind'][] = ['handled', 'duplicate', 'unhandled', 'ignored', 'quarantined', 'kept']

/** Most events are valid. */
const KINDS: readonly Kind[] = [
  ...Array<Kind>(11).fill('genuine'),
  'unlucky',
  'unlucky',
  'forged',
  'changing',
  'changing',
  'unreadable',
]

/** Pauses of a sender before it retries, in milliseconds; the last one is repeated. */
const RETRIES_MS = [500, 1000, 2000, 5000, 10_000]

/** How long a sender waits for its answer, in milliseconds. */
const PATIENCE_MS = 10_000

/** The longest pause before a kept event runs again, plus a look every two seconds. */
const LONGEST_PAUSE_MS = 60 * 60_000 + 5000

export interface HistoryResult {
  readonly seed: number
  readonly violations: readonly string[]
  readonly events: number
  readonly deliveries: number
  readonly processes: number
  readonly faults: number
  /** Line by line, if it was requested. */
  readonly trace: readonly string[]
}

/** Plays the history of a seed to its end. */
export async function playHistory(
  seed: number,
  counts = new Map<string, number>(),
  isTraced = false,
): Promise<HistoryResult> {
  // Loaded before time is simulated, so that the first history of a process is played like all others.
  await Promise.all([durablePart(), replayPart()])
  const scene = new Scene(seed, counts, isTraced)
  const { world, random, ledger, settings } = scene
  const random01 = Math.random
  // Nobody reads the stacks of the many errors, and collecting them takes longer than anything else here.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  setClock(world.clock)
  Math.random = () => random.next()
  let stranded: readonly string[]
  try {
    const shop = new Shop(scene)
    for (let event = 0; event < settings.events; event++) send(scene, shop, `e${event}`)
    operate(scene)
    const healAt = random.duration(5000, 60_000)
    await world.run(healAt)
    scene.note(null, 'all is well again')
    scene.heal()
    shop.heal()
    const isEnough = () => scene.isSettled()
    await world.run(healAt + 20 * settings.leaseMs + 120_000, isEnough)
    stranded = scene.stranded()
    if (!isEnough() && scene.isDueLater()) await world.run(world.time + LONGEST_PAUSE_MS, isEnough)
  } finally {
    Math.random = random01
    Error.stackTraceLimit = stackTraceLimit
    setClock()
  }
  return {
    seed,
    violations: [...ledger.violations(settings, scene.model, scene.storeJumps), ...stranded],
    events: settings.events,
    deliveries: ledger.deliveries,
    processes: settings.processes,
    faults: scene.faults.total,
    trace: scene.trace ?? [],
  }
}

/** The processes of the shop, each with its own receiver over the one store. */
class Shop {
  readonly #scene: Scene
  readonly #running = new Map<SimulatedProcess, Receiver>()
  #started = 0

  constructor(scene: Scene) {
    this.#scene = scene
    scene.onDeath = (process) => {
      this.#running.delete(process)
      scene.world.after(scene.random.duration(50, 5000), () => this.#start())
    }
    scene.onClose = (process) => this.#close(process)
    for (let count = 0; count < scene.settings.processes; count++) this.#start()
  }

  get processes(): readonly SimulatedProcess[] {
    return [...this.#running.keys()]
  }

  /** Paused processes continue. */
  heal(): void {
    for (const process of this.processes) process.pausedUntil = 0
  }

  receiverOf(process: SimulatedProcess): Receiver | undefined {
    return this.#running.get(process)
  }

  #start(): void {
    const scene = this.#scene
    const { timeoutMs, leaseMs } = scene.settings
    const process = new SimulatedProcess(`p${++this.#started}`)
    scene.world.enter(process, () => {
      const receiver = createReceiver(scene.settings.blocksQueue ? impatient : patient, {
        store: storeClient(scene, process),
        timeoutMs,
        leaseMs,
        on: {
          'payment.confirmed': (event, { idempotencyKey }) => this.#handle(event, idempotencyKey, process),
        },
        onError: () => {},
      })
      this.#running.set(process, receiver)
    })
  }

  /** A new version is deployed: the old process ends gracefully. */
  #close(process: SimulatedProcess): void {
    const { world, random } = this.#scene
    const receiver = this.#running.get(process)
    if (receiver === undefined || process.closingAt !== Infinity) return
    const patience = random.duration(100, 10_000)
    process.closingAt = world.time + patience
    world.enter(process, () => {
      void receiver.close({ timeoutMs: patience }).then(() => {
        // Handlers that still run have had their claims released, and may finish or not.
        world.after(random.between(0, 200), () => this.#scene.kill(process))
      })
    })
  }

  async #handle(event: WebhookEvent, key: string, process: SimulatedProcess): Promise<void> {
    const scene = this.#scene
    const { world, random, ledger } = scene
    const eventId = event.orderId!
    const run = ledger.start({ eventId, content: event.received!.amount, key, process, startedAt: world.time })
    const fault = scene.meet('handle', process)
    if (fault === 'hang') return new Promise(() => {})
    run.isRunning = true
    try {
      const isUnlucky = ledger.sent.get(eventId)?.kind === 'unlucky' && !scene.isHealed
      if (fault === 'throw' || isUnlucky) throw new Error('a bug of the shop')
      if (fault === 'defer') throw new RetryLater('the shop does not know the order yet')
      await world.sleep(fault === 'slow' ? random.duration(500, 12 * scene.settings.leaseMs) : random.duration(1, 200))
      if (fault === 'throw late') throw new Error('the database of the shop was away')
      run.effectAt = world.time
      scene.note(process, `EFFECT of ${eventId} (${key.slice(0, 6)})`)
    } finally {
      run.isRunning = false
    }
  }
}

function bodyOf(id: string, kind: Kind, amount: string): Buffer {
  return Buffer.from(JSON.stringify(kind === 'unreadable' ? { id } : { id, order: id, amount }))
}

/** An event's sender, from its first delivery until it is acknowledged, and sometimes further duplicates after that. */
function send(scene: Scene, shop: Shop, id: string): void {
  const { world, random, ledger } = scene
  const kind = random.pick(KINDS)
  const isForged = kind === 'forged'
  const content = kind === 'unreadable' ? UNREADABLE : '10'
  const sent: Sent = { eventId: id, kind, content, acknowledged: new Set() }
  ledger.sent.set(id, sent)
  const headers = { authorization: `Token ${isForged ? TOKEN.toLowerCase() : TOKEN}` }

  const deliver = (attempt: number, isRepeat: boolean) => {
    ledger.deliveries++
    const says = isRepeat && kind === 'changing' ? '99' : content
    const body = bodyOf(id, kind, says)
    let isAnswered = false
    const answered = (outcome: Outcome['kind'] | null) => {
      if (isAnswered) return
      isAnswered = true
      impatience.run = null
      if (outcome !== null && ACCEPTED.includes(outcome)) sent.acknowledged.add(says)
      else if (!isRepeat && !(isForged && attempt > 1)) again(attempt)
    }
    const impatience = world.after(PATIENCE_MS, () => answered(null))
    const process = shop.processes.length === 0 ? undefined : random.pick(shop.processes)
    const receiver = process && shop.receiverOf(process)
    if (process === undefined || receiver === undefined) return answered(null)
    const arrive = async () => {
      scene.meet('deliver', process)
      scene.note(process, `${id} arrives`)
      const arrival = ledger.arrive({ eventId: id, process, at: world.time })
      const outcome = await receiver.receive({ body, headers })
      arrival.answeredAt = world.time
      scene.note(process, `${id} is answered: ${outcome.kind} ${outcome.error?.code ?? ''}`)
      scene.meet('answer', process)
      if (process.isAlive) world.after(random.between(1, 5), () => answered(outcome.kind))
    }
    // The delivery arrives when the process can accept it.
    world.after(random.between(1, 5), () => void arrive(), process)
  }

  const again = (attempt: number) => {
    const pause = RETRIES_MS[Math.min(attempt - 1, RETRIES_MS.length - 1)]!
    world.after(
      pause * (0.8 + 0.4 * random.next()),
      () => sent.acknowledged.has(content) || deliver(attempt + 1, false),
    )
  }

  const firstAt = random.duration(1, 20_000)
  world.after(firstAt, () => deliver(1, false))
  // At the same moment, soon, and much later: queues and people redeliver acknowledged events.
  for (let more = random.pick([0, 1, 2, 2, 3, 4, 6]); more > 0; more--) {
    const later = random.pick([random.between(0, 50), random.duration(1, 2000), random.duration(1, 60_000)])
    world.after(firstAt + later, () => deliver(1, true))
  }
}

/** An operator replays every kept event, sooner or later, or never. */
function operate({ world, random, model, settings }: Scene): void {
  for (let looks = random.pick([0, 0, 1, 2]); looks > 0; looks--) {
    world.after(random.duration(1000, 10 * settings.leaseMs), () => {
      for (const key of model.rows.keys()) model.replay(key)
    })
  }
}
