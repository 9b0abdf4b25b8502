import { describeWith, POSTGRES } from '../support/needs.js'
import { orderUpdatesSuite } from '../support/order-updates-suite.js'
import { postgresOrders } from '../support/postgres-orders.js'

describeWith(POSTGRES, 'orderUpdates on Postgres, in the transaction of the claim', () =>
  orderUpdatesSuite(postgresOrders),
)
