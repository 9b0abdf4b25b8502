/** The single stylesheet of the page, and its hash: the policy of the page allows no other. */
import { createHash } from 'node:crypto'

export const STYLE = `
:root { color-scheme: light dark; --back: #f6f7f9; --card: #fff; --text: #1b2230; --minor: #545d6e; --line: #d7dce5;
  --link: #0b57b7; --good: #14692f; --good-back: #e2f4e7; --bad: #a3190f; --bad-back: #fdeae8; --wait: #7a4a00; --wait-back: #fdf0d8; }
@media (prefers-color-scheme: dark) {
  :root { --back: #10141b; --card: #1a2029; --text: #e8ecf3; --minor: #a9b3c3; --line: #333c4a; --link: #8ab8ff;
    --good: #8bdba3; --good-back: #17331f; --bad: #ffb0a8; --bad-back: #43191a; --wait: #f5cd85; --wait-back: #3b2c10; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
header, main, footer { max-width: 62rem; margin: 0 auto; padding: 0 1rem; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; justify-content: space-between; padding-top: 1rem; }
header p, header nav { margin: 0; }
main { padding-bottom: 2rem; }
footer { padding-bottom: 2rem; color: var(--minor); font-size: .9rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 1rem 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, summary:focus-visible, pre:focus-visible {
  outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { position: static; }
.home { font-weight: 600; color: inherit; text-decoration: none; }
.minor { color: var(--minor); }
.code { font-family: ui-monospace, monospace; font-size: .92em; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 0 0 1rem; }
.card > :first-child { margin-top: 0; }
.card > :last-child { margin-bottom: 0; }
.search { display: grid; gap: .75rem 1rem; align-items: end; }
.search label, .field { display: grid; gap: .25rem; font-size: .9rem; color: var(--minor); }
input, select, button, .button { font: inherit; min-height: 2.75rem; padding: .35rem .75rem; border-radius: .4rem;
  border: 1px solid #7d8798; background: var(--card); color: var(--text); width: 100%; }
button, .button { width: auto; cursor: pointer; display: inline-flex; align-items: center; justify-content: center; font-weight: 600; text-decoration: none; }
.first { background: #0b57b7; border-color: #0b57b7; color: #fff; }
.danger { background: #a3190f; border-color: #a3190f; color: #fff; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; margin: 1rem 0; }
.actions form { margin: 0; }
.states, .rows { list-style: none; margin: 0 0 1rem; padding: 0; }
.states { display: flex; flex-wrap: wrap; gap: .5rem; }
.states a { display: inline-block; padding: .35rem .75rem; border: 1px solid var(--line); border-radius: 2rem; background: var(--card);
  color: var(--text); text-decoration: none; }
.states a[aria-current] { border-color: var(--link); box-shadow: inset 0 0 0 1px var(--link); }
.rows { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
.rows li { padding: .75rem 1rem; display: grid; gap: .15rem 1rem; }
.rows li + li { border-top: 1px solid var(--line); }
.rows p { margin: 0; }
.title { font-weight: 600; }
.badge { display: inline-block; padding: .05rem .6rem; border-radius: 2rem; font-size: .875rem; font-weight: 600; }
.good { color: var(--good); background: var(--good-back); }
.bad { color: var(--bad); background: var(--bad-back); }
.wait { color: var(--wait); background: var(--wait-back); }
.notice { border-radius: .5rem; padding: .75rem 1rem; margin: 0 0 1rem; }
dl { display: grid; gap: .1rem 1rem; margin: 0; }
dt { color: var(--minor); font-size: .9rem; }
dd { margin: 0 0 .5rem; }
pre { margin: .5rem 0 0; padding: .75rem; background: var(--back); border: 1px solid var(--line); border-radius: .4rem;
  max-height: 24rem; overflow: auto; white-space: pre-wrap; }
summary { cursor: pointer; min-height: 1.75rem; }
details + details { margin-top: .75rem; }
@media (min-width: 45rem) {
  .search { grid-template-columns: 2fr 1fr 1fr auto; }
  .rows li { grid-template-columns: 1fr auto; }
  .rows .aside { text-align: right; }
  .rows .full { grid-column: 1 / -1; }
  dl { grid-template-columns: 9rem 1fr; }
  dd { margin: 0; }
}
`

export const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`
