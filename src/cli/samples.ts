/** `samples`: lists the payloads that `send` can send, or prints one of them. */
import { findSample, SAMPLE_PROVIDERS, samplesOf } from '../testing/sample.js'
import { paintFor } from './color.js'
import { EXIT, usageError, type Command } from './command.js'
import type { Io } from './io.js'
import { known } from './known.js'
import { printJson, printText } from './output.js'
import { table } from './table.js'

export const samples: Command = {
  summary: 'List every provider and event that has a sample, or print one sample.',
  usage: '[<provider> [<event>]] [options]',
  options: [],
  misplaced: { provider: (name) => `samples ${name}`, event: (event) => `samples <provider> ${event}` },

  check([provider, event, ...more]) {
    if (more.length > 0) throw usageError('samples takes a provider and an event; quote names with blanks')
    if (provider !== undefined) known(() => samplesOf(provider))
    if (provider !== undefined && event !== undefined) known(() => findSample(provider, event))
  },

  run({ operands: [provider, event], values, io }) {
    if (provider !== undefined && event !== undefined) printJson(io, findSample(provider, event).payload)
    else list(io, provider === undefined ? SAMPLE_PROVIDERS : [provider], values.json)
    return Promise.resolve(EXIT.ok)
  },
}

function list(io: Io, providers: readonly string[], json = false): void {
  const found = providers.flatMap((provider) =>
    samplesOf(provider).map(({ name, type }) => ({ provider, event: name, type })),
  )
  if (json) return printJson(io, found)
  const rows = found.map(({ provider, event, type }) => [provider, event, type])
  printText(io, table(['PROVIDER', 'EVENT', 'TYPE'], rows, { paint: paintFor(io), cutColumn: 2 }))
}
