/** Improves the order page. Everything on it also works without this script, but less conveniently. */
import { enableCopying } from './copy.js'
import { startCountdown } from './countdown.js'
import { follow } from './follow.js'

/* global document */
const live = document.querySelector('[data-live]')
const announcer = document.querySelector('[data-announcer]')

enableCopying(announcer)
const countdown = startCountdown(live)
const { check } = follow({ live, announcer, connection: document.querySelector('[data-connection]'), clock: countdown })
countdown.onEnd(check)
