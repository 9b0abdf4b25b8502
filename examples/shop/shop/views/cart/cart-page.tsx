/** The products that the buyer has chosen. */
import { formatMoney } from '../format.js'
import { CsrfForm } from '../parts/csrf-form.js'
import { Layout } from '../parts/layout.js'
import { FIELD_AT_FAULT, Notice } from '../parts/notice.js'
import { PriceList } from '../parts/price-list.js'
import { ProductImage } from '../parts/product-image.js'
import { paths } from '../paths.js'
import type { CartPageProps, LineView, PageContext } from '../props.js'

export function CartPage({ context, lines, totals, lastOrder, problem }: CartPageProps) {
  return (
    <Layout context={context} title="Cart" isError={problem !== null}>
      <h1>Your cart</h1>
      <Notice text={problem?.text ?? null} takesFocus={false} />
      {lines.length === 0 ? (
        <EmptyCart lastOrder={lastOrder} />
      ) : (
        <div class="columns">
          <ul class="card cart-lines">
            {lines.map((line) => (
              <li key={line.product.id}>
                <CartLine
                  context={context}
                  line={line}
                  entered={problem?.product === line.product.id ? problem.entered : null}
                />
              </li>
            ))}
          </ul>
          <section class="card summary" aria-labelledby="totals">
            <h2 id="totals">Total</h2>
            <p class="muted">What it comes to depends on how you pay.</p>
            <ul class="totals">
              {totals.map((total) => (
                <li key={total.currency}>
                  <span>{total.currency}</span>
                  <strong class="amount">{formatMoney(total)}</strong>
                </li>
              ))}
            </ul>
            <a class="button primary wide" href={paths.checkout}>
              Check out
            </a>
          </section>
        </div>
      )}
    </Layout>
  )
}

function CartLine({
  context,
  line: { product, quantity, totals },
  entered,
}: {
  readonly context: PageContext
  readonly line: LineView
  /** The entered text that is not a valid quantity; null if nothing is wrong. */
  readonly entered: string | null
}) {
  const field = `quantity-${product.id}`
  return (
    <article class="cart-line">
      <ProductImage product={product} />
      <div class="cart-line-text">
        <h2>{product.name}</h2>
        <PriceList prices={totals} />
      </div>
      <div class="cart-line-forms">
        <CsrfForm context={context} action={paths.cartUpdate} class="inline">
          <input type="hidden" name="product" value={product.id} />
          <label class="visually-hidden" for={field}>
            How many of {product.name}
          </label>
          <input
            id={field}
            name="quantity"
            type="number"
            inputMode="numeric"
            min="0"
            max="99"
            required
            value={entered ?? quantity}
            {...(entered !== null && FIELD_AT_FAULT)}
          />
          <button class="button small" type="submit">
            Update<span class="visually-hidden"> {product.name}</span>
          </button>
        </CsrfForm>
        <CsrfForm context={context} action={paths.cartUpdate} class="inline">
          <input type="hidden" name="product" value={product.id} />
          <input type="hidden" name="quantity" value="0" />
          <button class="button small quiet" type="submit">
            Remove<span class="visually-hidden"> {product.name}</span>
          </button>
        </CsrfForm>
      </div>
    </article>
  )
}

function EmptyCart({ lastOrder }: Pick<CartPageProps, 'lastOrder'>) {
  return (
    <div class="card empty">
      <p>There is nothing in it yet.</p>
      {lastOrder !== null && (
        <p>
          You have ordered: <a href={paths.order(lastOrder.id)}>{lastOrder.reference}</a>
        </p>
      )}
      <a class="button primary" href={paths.catalogue}>
        Look around
      </a>
    </div>
  )
}
