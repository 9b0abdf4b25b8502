import { describe, expect, test } from '@jest/globals'
import { html, lines } from '../../src/operator/html.js'

describe('html', () => {
  test('escapes what would begin or end an element, an attribute or an entity', () => {
    const hostile = `"><script>alert('1')</script>&amp;\``
    expect(html`<a title="${hostile}">${hostile}</a>`.text).toBe(
      '<a title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;&#96;">&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;&#96;</a>',
    )
  })

  test('spells out what is invisible or turns the direction of a text', () => {
    expect(html`<p>${'a\u202eb\u0000c\nd'}</p>`.text).toBe('<p>a\\u202eb\\u0000c\\u000ad</p>')
  })

  test('takes markup of its own, lists, numbers, and nothing', () => {
    const items = ['<', 2].map((item) => html`<li>${item}</li>`)
    expect(html`<p>${items}${null}${undefined}${false}${0}</p>`.text).toBe('<p><li>&lt;</li><li>2</li>0</p>')
  })

  test('an object that only looks like markup is none', () => {
    const fake = { text: '<script>', toString: () => '<script>' } as never
    expect(() => html`<p>${fake}</p>`.text).toThrow()
  })

  test('lines keeps line breaks, and nothing else that cannot be seen', () => {
    expect(html`<pre>${lines('{\r\n"<b>":\u001b1\n}')}</pre>`.text).toBe(
      '<pre>{\n&quot;&lt;b&gt;&quot;:\\u001b1\n}</pre>',
    )
  })
})
