/** A product's drawing. Its name is next to it, so the drawing is hidden from screen readers. */
import { paths } from '../paths.js'
import type { ProductView } from '../props.js'

export function ProductImage({ product }: { readonly product: ProductView }) {
  return (
    <span class="product-image">
      {product.image !== null && (
        <img src={`${paths.assets}/products/${product.image}`} alt="" width="160" height="160" />
      )}
    </span>
  )
}
