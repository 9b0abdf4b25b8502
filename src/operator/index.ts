/** For the people of a shop: a page on which they find events and run them again. */
export { operatorPage, type OperatorHandler } from './operator-page.js'
export type { OperatorPageOptions, OperatorRequest } from './options.js'
export type { Action as OperatorAction } from './actions.js'
