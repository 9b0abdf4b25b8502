/** Catalogue and cart. */
import { Router, type Response } from 'express'
import { z } from 'zod'
import { MOST_PIECES, type Carts } from '../carts.js'
import type { Catalogue } from '../catalogue.js'
import type { Checkout } from '../checkout.js'
import type { Orders } from '../orders/orders.js'
import { totalsOf } from '../prices.js'
import { CartPage, CataloguePage, paths } from '../views/index.js'
import type { CartPageProps } from '../views/props.js'
import { HttpError } from '../web/http-error.js'
import { visitorOf } from '../web/visitor.js'
import { sendPage, type ContextOf } from './page.js'

const product = z.string()
const pieces = (least: number) =>
  z
    .string()
    .regex(/^\d{1,4}$/)
    .transform(Number)
    .pipe(z.number().min(least).max(MOST_PIECES))
/** Other fields of the form, such as a price, are ignored. */
const addForm = z.object({ product, quantity: pieces(1).default(1) })
const setForm = z.object({ product, quantity: pieces(0) })
/** The text that a user may have typed. */
const wrongForm = z
  .object({ product, quantity: z.string().max(100) })
  .refine(({ quantity }) => !pieces(0).safeParse(quantity).success)

export function cartRoutes(parts: {
  readonly catalogue: Catalogue
  readonly carts: Carts
  readonly checkout: Checkout
  readonly orders: Orders
  readonly contextOf: ContextOf
}): Router {
  const { catalogue, carts, checkout, orders, contextOf } = parts
  const router = Router()

  const itemFrom = (body: unknown, form: typeof addForm | typeof setForm) => {
    const { success, data } = form.safeParse(body)
    if (!success || catalogue.find(data.product) === undefined) throw new HttpError(400)
    return data
  }

  router.get(paths.catalogue, async (_req, res) => {
    sendPage(res, <CataloguePage context={await contextOf(res)} products={catalogue.products} />)
  })

  const show = async (res: Response, problem: CartPageProps['problem'], status = 200) => {
    const { session } = visitorOf(res)
    const lines = await checkout.linesOf(session)
    const lastOrder = lines.length === 0 ? await orders.ofSession(session, null) : null
    const page = { lines, totals: totalsOf(lines), lastOrder, problem }
    sendPage(res, <CartPage context={await contextOf(res)} {...page} />, status)
  }

  router.get(paths.cart, (_req, res) => show(res, null))

  router.post(paths.cart, async (req, res) => {
    const { product, quantity } = itemFrom(req.body, addForm)
    await carts.change(visitorOf(res).session, product, (before) => before + quantity)
    res.redirect(303, paths.cart)
  })

  router.post(paths.cartUpdate, async (req, res) => {
    const { success, data: wrong } = wrongForm.safeParse(req.body)
    if (success && catalogue.find(wrong.product) !== undefined) {
      const text = `Please enter how many you want: a whole number, and at most ${MOST_PIECES}.`
      return show(res, { product: wrong.product, entered: wrong.quantity, text }, 422)
    }
    const { product, quantity } = itemFrom(req.body, setForm)
    await carts.change(visitorOf(res).session, product, () => quantity)
    res.redirect(303, paths.cart)
  })

  return router
}
