/** `samples`: the payloads that `send` knows. */
import { findSample, SAMPLE_PROVIDERS, samplesOf } from '../testing/sample.js'
import { EXIT, usageError, type Command } from './command.js'
import { known } from './known.js'
import { printJson, printText } from './output.js'
import { table } from './table.js'

export const samples: Command = {
  summary: 'List every provider and event there is a sample of, or print one.',
  usage: '[<provider> [<event>]] [options]',
  options: [],

  check([provider, event, ...more]) {
    if (more.length > 0) throw usageError('samples takes a provider and an event; quote names with blanks')
    if (provider !== undefined) known(() => samplesOf(provider))
    if (provider !== undefined && event !== undefined) known(() => findSample(provider, event))
  },

  run({ operands: [provider, event], values }) {
    if (provider !== undefined && event !== undefined) printJson(findSample(provider, event).payload)
    else list(provider === undefined ? SAMPLE_PROVIDERS : [provider], values.json)
    return Promise.resolve(EXIT.ok)
  },
}

function list(providers: readonly string[], json = false): void {
  const found = providers.flatMap((provider) =>
    samplesOf(provider).map(({ name, type }) => ({ provider, event: name, type })),
  )
  if (json) printJson(found)
  else
    printText(
      table(
        ['PROVIDER', 'EVENT', 'TYPE'],
        found.map(({ provider, event, type }) => [provider, event, type]),
      ),
    )
}
