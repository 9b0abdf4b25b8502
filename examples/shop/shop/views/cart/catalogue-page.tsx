/** The products of the shop. */
import { formatMoney } from '../format.js'
import { CsrfForm } from '../parts/csrf-form.js'
import { Layout } from '../parts/layout.js'
import { PriceList } from '../parts/price-list.js'
import { ProductImage } from '../parts/product-image.js'
import { paths } from '../paths.js'
import type { CataloguePageProps, PageContext, ProductView } from '../props.js'

export function CataloguePage({ context, products }: CataloguePageProps) {
  return (
    <Layout context={context} title="Tea things">
      <div class="intro">
        <h1>Good things for tea</h1>
        <p class="lead">Pay with coins, euros, pesos or dollars. Each thing has a fixed price in every currency.</p>
      </div>
      <ul class="catalogue">
        {products.map((product) => (
          <li key={product.id}>
            <Product context={context} product={product} />
          </li>
        ))}
      </ul>
    </Layout>
  )
}

function Product({ context, product }: { readonly context: PageContext; readonly product: ProductView }) {
  const [price, ...others] = product.prices
  return (
    <article class="product">
      <ProductImage product={product} />
      <h2>{product.name}</h2>
      <p class="muted">{product.description}</p>
      <div class="prices">
        {price !== undefined && <strong class="amount">{formatMoney(price)}</strong>}
        <PriceList prices={others} />
      </div>
      <CsrfForm context={context} action={paths.cart}>
        <input type="hidden" name="product" value={product.id} />
        <input type="hidden" name="quantity" value="1" />
        <button class="button" type="submit">
          Add to cart<span class="visually-hidden"> {product.name}</span>
        </button>
      </CsrfForm>
    </article>
  )
}
