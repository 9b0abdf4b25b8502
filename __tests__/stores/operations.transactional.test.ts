/** Transactional Postgres against a model of its own: what others see of an open claim is of another kind there. */
import { afterAll, beforeAll, jest, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { expectAsTransactionalModel, LIMIT_MS } from '../support/compare-with-transactional-model.js'
import { describeWith, POSTGRES } from '../support/needs.js'
import { TransactionalScene } from '../support/transactional-scene.js'

describeWith(POSTGRES, 'transactional postgresStore', () => {
  const id = randomUUID().replaceAll('-', '').slice(0, 12)
  const scene = new TransactionalScene(`transactional_${id}`)
  // Handlers of lists go on after their claims have ended, which is warned of.
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
