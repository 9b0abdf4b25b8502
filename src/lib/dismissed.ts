/** The code of an event that an operator dismissed: it is done, and no handler has handled it. */
export const DISMISSED = 'DISMISSED'
