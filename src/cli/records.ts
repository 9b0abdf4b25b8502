/** Selects records by the options, and shows them. */
import { didYouMean } from '../lib/did-you-mean.js'
import type { Selection } from '../operator/kept/records.js'
import type { EventState } from '../store.js'
import { STATES } from '../stores/internal/options.js'
import type { Tone } from './color.js'
import { usageError, type Values } from './command.js'
import { sinceOption } from './since.js'

export const STATE_TONES: Readonly<Record<EventState, Tone>> = {
  processing: 'notice',
  done: 'good',
  failed: 'bad',
  quarantined: 'bad',
  replay_requested: 'notice',
}

/** The selection that the options describe, without options that were not given. */
export function selection(
  values: Pick<Values, 'provider' | 'account' | 'code' | 'since'>,
  state: EventState | undefined,
): Selection {
  const { provider, account, code } = values
  const since = sinceOption(values)
  return {
    ...(state !== undefined && { state }),
    ...(provider !== undefined && { provider }),
    ...(account !== undefined && { account }),
    ...(code !== undefined && { code }),
    ...(since !== undefined && { since }),
  }
}

/** @throws CommandError when the state is not in `allowed` */
export function stateOption({ state }: Values, allowed: readonly EventState[] = STATES): EventState | undefined {
  if (state === undefined || allowed.includes(state as EventState)) return state as EventState | undefined
  throw usageError(`there is no state ${JSON.stringify(state)} here.${didYouMean(state, allowed)}`)
}
