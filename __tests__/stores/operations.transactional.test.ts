/** Transactional Postgres against its own model: other processes see an open claim differently there. */
import { afterAll, beforeAll, jest, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { expectAsTransactionalModel, LIMIT_MS } from '../support/compare-with-transactional-model.js'
import { describeWith, POSTGRES } from '../support/needs.js'
import { TransactionalScene } from '../support/transactional-scene.js'

describeWith(POSTGRES, 'transactional postgresStore', () => {
  const id = randomUUID().replaceAll('-', '').slice(0, 12)
  const scene = new TransactionalScene(`transactional_${id}`)
  // Handlers of lists continue after their claims have ended, which causes warnings.
  const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
  beforeAll(() => scene.create())
  afterAll(async () => {
    await scene.drop()
    warnings.mockRestore()
  })

  test(
    'answers a random list of operations as its model does',
    async () => {
      await expectAsTransactionalModel(scene, 100)
    },
    2 * LIMIT_MS,
  )
})
